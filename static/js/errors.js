// The summary of errors takes the focus, and its links reach fields that are folded away.
(() => {
  const { bind } = window.tangent;
  bind('[data-errors]', (summary) => {
    summary.focus();
    summary.addEventListener('click', (event) => {
      const link = event.target.closest('a[href^="#"]');
      const field = link && document.getElementById(link.hash.slice(1));
      if (!field) return;
      event.preventDefault();
      field.closest('[data-language]')?.dispatchEvent(new CustomEvent('tangent:reveal', { bubbles: true }));
      for (let folded = field.closest('details'); folded; folded = folded.parentElement.closest('details')) folded.open = true;
      field.scrollIntoView({ block: 'center' });
      field.focus({ preventScroll: true });
    });
  });
})();
