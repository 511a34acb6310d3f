// A field that begins with the time zone of this browser: the account then shows instants as this person's clock does.
(() => {
  const { bind } = window.tangent;

  bind('[data-zone]', (field) => {
    const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
    if (here && !field.value) field.value = here;
  });
})();
