// Texts in several languages stand below each other without a script; here one shows at a time.
(() => {
  const { bind } = window.tangent;
  bind('[data-languages]', (sets) => {
    const parts = [...sets.querySelectorAll(':scope > [data-language]')];
    if (parts.length < 2) return;
    const bar = document.createElement('div');
    bar.className = 'language-tabs';
    bar.setAttribute('role', 'group');
    bar.setAttribute('aria-label', sets.getAttribute('aria-label'));
    sets.removeAttribute('aria-label');

    const buttons = parts.map((part) => {
      const made = document.createElement('button');
      made.type = 'button';
      const legend = part.querySelector(':scope > legend');
      made.append(...[...legend.childNodes].map((node) => node.cloneNode(true)));
      legend.classList.add('unseen');
      made.addEventListener('click', () => show(part));
      return made;
    });
    const show = (chosen) => parts.forEach((part, index) => {
      part.hidden = part !== chosen;
      buttons[index].setAttribute('aria-pressed', String(part === chosen));
    });

    parts.forEach((part) => part.addEventListener('tangent:reveal', () => show(part)));
    bar.append(...buttons);
    sets.prepend(bar);
    const own = document.documentElement.lang;
    show(parts.find((part) => 'wrong' in part.dataset) ?? parts.find((part) => part.dataset.language === own) ?? parts[0]);
  });
})();
