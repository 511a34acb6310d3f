// A form with data-guard asks before its reader leaves with changes that were not saved.
(() => {
  const { bind } = window.tangent;
  const changed = new Set();
  bind('form[data-guard]', (form) => {
    form.addEventListener('input', () => changed.add(form));
    form.addEventListener('tangent:saved', () => changed.delete(form));
    form.addEventListener('submit', () => changed.delete(form));
  });
  addEventListener('beforeunload', (event) => {
    if ([...changed].some((form) => form.isConnected)) event.preventDefault();
  });
})();
