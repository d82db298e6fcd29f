// Copying: by the clipboard where the browser allows it, or else by a selection
// in a text area that the reader can copy from.

function listenToCopying(root) {
  for (const button of root.querySelectorAll('.do-copy')) button.addEventListener('click', () => copy(button));
}

async function copy(button) {
  const pre = button.parentElement.querySelector('pre'), text = pre.textContent;
  let done = false;
  try {
    await navigator.clipboard.writeText(text);
    done = true;
  } catch {
    done = copyBySelection(button, text);
  }
  button.textContent = done ? 'Copied' : 'Selected: press Ctrl+C';
  document.getElementById('said').textContent = button.textContent;
  setTimeout(() => { button.textContent = 'Copy'; }, 2500);
}

function copyBySelection(button, text) {
  let area = button.parentElement.querySelector('textarea');
  if (!area) {
    area = element('textarea', 'selected');
    area.readOnly = true;
    area.setAttribute('aria-label', 'Text to copy');
    button.after(area);
  }
  area.value = text;
  area.focus();
  area.select();
  const done = document.execCommand('copy');
  if (done) area.remove();
  return done;
}
