// A button with data-copy="address" copies it; without a clipboard it stays hidden.
(() => {
  const { bind, word, toast } = window.tangent;
  bind('[data-copy]', (button) => {
    if (!navigator.clipboard) return;
    button.hidden = false;
    button.addEventListener('click', async () => {
      await navigator.clipboard.writeText(new URL(button.dataset.copy, location.href).href);
      toast(word('copied'));
    });
  });
})();
