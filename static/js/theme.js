// Runs before the first paint: light, dark, or as the device says. Linked alone, ahead of the rest.
(() => {
  const root = document.documentElement;
  const read = () => { try { return localStorage.getItem('theme') ?? ''; } catch { return ''; } };
  const apply = (theme) => {
    if (theme) root.dataset.theme = theme;
    else delete root.dataset.theme;
    for (const button of document.querySelectorAll('[data-theme-choice] button')) {
      button.setAttribute('aria-pressed', String(button.value === theme));
    }
  };
  apply(read());
  addEventListener('storage', () => apply(read()));
  document.addEventListener('DOMContentLoaded', () => {
    for (const choice of document.querySelectorAll('[data-theme-choice]')) choice.hidden = false;
    apply(read());
  });
  document.addEventListener('click', (event) => {
    const button = event.target.closest?.('[data-theme-choice] button');
    if (!button) return;
    try {
      if (button.value) localStorage.setItem('theme', button.value);
      else localStorage.removeItem('theme');
    } catch { /* the choice then lasts as long as the page */ }
    apply(button.value);
  });
})();
