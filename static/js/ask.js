// A step that asks first is a <details> without a script; here it becomes a dialog.
(() => {
  const { bind, word } = window.tangent;

  const keepAttributes = (from, to) => {
    for (const name of ['data-kind', 'data-size']) {
      if (from.hasAttribute(name)) to.setAttribute(name, from.getAttribute(name));
    }
  };

  bind('details[data-ask]', (details) => {
    const summary = details.querySelector(':scope > summary');
    const form = details.querySelector(':scope > form');
    if (!summary || !form || !window.HTMLDialogElement) return;

    const opener = document.createElement('button');
    opener.type = 'button';
    opener.id = details.id;
    opener.className = 'button';
    opener.setAttribute('aria-haspopup', 'dialog');
    opener.append(...summary.childNodes);
    keepAttributes(summary, opener);

    const dialog = document.createElement('dialog');
    dialog.className = 'dialog';
    if (form.hasAttribute('aria-labelledby')) dialog.setAttribute('aria-labelledby', form.getAttribute('aria-labelledby'));

    const cancel = document.createElement('button');
    cancel.type = 'button';
    cancel.className = 'button';
    cancel.textContent = word('cancel');
    cancel.addEventListener('click', () => dialog.close());
    form.querySelector('.actions')?.prepend(cancel);

    dialog.append(form);
    opener.addEventListener('click', () => dialog.showModal());
    details.replaceWith(opener, dialog);
    if (details.open) dialog.showModal();
  });

  // any other dialog: a button names it, and one inside closes it
  document.addEventListener('click', (event) => {
    const opener = event.target.closest('[data-open]');
    if (opener) document.getElementById(opener.dataset.open)?.showModal();
    event.target.closest('[data-close]')?.closest('dialog')?.close();
  });
})();
