// Beside a list a choice narrows it at once; on a phone, where filters cover the list, the button does.
(() => {
  const { bind } = window.tangent;
  const wide = matchMedia('(min-width: 60rem)');
  const PAUSE = 250;

  bind('form[data-narrows]', (form) => {
    let waiting;
    form.addEventListener('change', () => {
      if (!wide.matches) return;
      clearTimeout(waiting);
      waiting = setTimeout(() => form.requestSubmit(), PAUSE);
    });
    // what was unfolded stays so in the new choices
    let unfolded = new Set();
    const parts = () => [...form.querySelectorAll('details')];
    form.addEventListener('htmx:beforeRequest', () => {
      unfolded = new Set(parts().filter((part) => part.open).map((part) => part.querySelector('summary').textContent));
    });
    document.addEventListener('htmx:oobAfterSwap', () => {
      for (const part of parts()) {
        if (unfolded.has(part.querySelector('summary').textContent)) part.open = true;
      }
    });
    form.addEventListener('htmx:afterRequest', () => form.matches(':popover-open') && form.hidePopover());
  });
})();
