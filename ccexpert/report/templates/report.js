
for (const button of document.querySelectorAll(".ccexpert .command button")) {
  const code = button.parentElement.querySelector("code");
  const label = button.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(code.textContent);
    } catch { // no clipboard outside a secure context
      getSelection().selectAllChildren(code);
      document.execCommand("copy");
    }
    button.textContent = button.dataset.done;
    setTimeout(() => { button.textContent = label; }, 1500);
  });
}
addEventListener("beforeprint", () => {
  for (const details of document.querySelectorAll(".ccexpert details")) details.open = true;
});
