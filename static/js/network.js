// When a partial update fails, say so where the reader is.
(() => {
  const { word, toast } = window.tangent;
  const WORDS = { 403: 'refused', 404: 'refused', 409: 'conflict', 429: 'tooMany' };
  document.addEventListener('htmx:responseError', (event) => toast(word(WORDS[event.detail.xhr.status] ?? 'broken'), 'stopped'));
  document.addEventListener('htmx:sendError', () => toast(word('offline'), 'stopped'));
  document.addEventListener('htmx:timeout', () => toast(word('offline'), 'stopped'));
})();
