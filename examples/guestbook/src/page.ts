/** The page at `/`: shows the newest entries and adds one. Entries reach the page as text, never as markup. */
export const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Guestbook</title>
<style>
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; --line: color-mix(in srgb, currentColor 18%, transparent); --accent: #2f6fed; }
  body { max-width: 42rem; margin: 3rem auto; padding: 0 1rem; }
  h1 { margin: 0; } p.lead { margin: .2rem 0 1.5rem; opacity: .7; }
  form { display: grid; gap: .6rem; grid-template-columns: 12rem 1fr auto; }
  input, button { font: inherit; padding: .5rem .7rem; border: 1px solid var(--line); border-radius: .5rem; background: transparent; color: inherit; min-width: 0; }
  button { background: var(--accent); border-color: var(--accent); color: white; cursor: pointer; }
  ol { list-style: none; padding: 0; margin: 1.5rem 0; } li { padding: .8rem 0; border-top: 1px solid var(--line); overflow-wrap: anywhere; }
  li small { opacity: .6; } .problem { color: #c0392b; min-height: 1.5em; }
  @media (max-width: 32rem) { form { grid-template-columns: 1fr; } }
</style>
</head>
<body>
<h1>Guestbook</h1><p class="lead"><span id="rows">…</span> The application that travels with its database.</p>
<form id="form"><input id="author" placeholder="Your name" aria-label="Your name" maxlength="100" required><input id="message" placeholder="A message" aria-label="A message" maxlength="4000" required><button>Sign</button></form>
<p class="problem" id="problem" role="status"></p>
<ol id="entries"></ol>
<script>
const $ = (id) => document.getElementById(id);
async function show() {
  const { entries } = await (await fetch('/entries?order=newest&limit=50')).json();
  $('rows').textContent = entries.length === 0 ? 'No entries yet.' : 'Newest entry: number ' + Number(entries[0].id).toLocaleString('en') + '.';
  $('entries').replaceChildren(...entries.map(({ id, author, message, createdAt }) => {
    const item = document.createElement('li'), who = document.createElement('strong'), when = document.createElement('small'), what = document.createElement('div');
    who.textContent = author; when.textContent = '  ' + new Date(createdAt).toLocaleString(); what.textContent = message.length > 400 ? message.slice(0, 400) + '…' : message;
    item.append(who, when, what); return item;
  }));
}
$('form').addEventListener('submit', async (event) => {
  event.preventDefault();
  const answer = await fetch('/entries', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ author: $('author').value, message: $('message').value }) });
  $('problem').textContent = answer.ok ? '' : (await answer.json()).error;
  if (answer.ok) { $('message').value = ''; await show(); }
});
show().catch(() => { $('problem').textContent = 'The guestbook does not answer.'; });
</script>
</body>
</html>
`;
