// A press shows at once that it was taken; a second press of the same form does nothing.
(() => {
  const PATIENCE = 10000;

  const release = (form) => {
    delete form.dataset.pressed;
    for (const button of form.querySelectorAll('[aria-busy="true"]')) button.removeAttribute('aria-busy');
  };

  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (form.method !== 'post') return;
    if (form.dataset.pressed) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    form.dataset.pressed = 'yes';
    const button = event.submitter ?? form.querySelector('[type="submit"]');
    button?.setAttribute('aria-busy', 'true');
    setTimeout(() => release(form), PATIENCE);
  }, true);

  document.addEventListener('htmx:afterRequest', (event) => {
    const form = event.target.closest?.('form');
    if (form) release(form);
  });
  // back to a page that the browser kept as it was
  addEventListener('pageshow', (event) => {
    if (event.persisted) document.querySelectorAll('form[data-pressed]').forEach(release);
  });
})();
