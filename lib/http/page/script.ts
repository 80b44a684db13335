/**
 * What the page does better with script; without it everything works by whole page loads.
 */
export const SCRIPT_SOURCE = `
addEventListener('keydown', (event) => {
  const field = document.getElementById('address');
  const typing = event.target.closest('input, select, textarea');
  if (event.key !== '/' || typing || event.ctrlKey || event.metaKey || event.altKey || !field) return;
  event.preventDefault();
  field.select();
});

for (const time of document.querySelectorAll('time')) {
  const at = new Date(time.dateTime);
  const here = at.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
  time.title = here + ', your time';
}

addEventListener('submit', async (event) => {
  const form = event.target;
  if (!form.matches('[data-quick]')) return;
  event.preventDefault();
  const button = form.querySelector('button');
  const status = form.querySelector('[role=status]');
  button.disabled = true;
  status.textContent = 'Sending…';
  try {
    const answer = await fetch(form.action, { method: 'POST', body: new URLSearchParams(new FormData(form)) });
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    document.title = page.title;
    document.getElementById('main').replaceWith(page.getElementById('main'));
    if (answer.redirected) history.replaceState(null, '', answer.url);
    (document.getElementById('notice') || document.getElementById('main')).focus();
  } catch {
    button.disabled = false;
    status.textContent = 'The service cannot be reached. Nothing was sent twice: try again.';
  }
});
`;
