/** Light, dark, or as the system has it; remembered in this browser. */
const KEY = "cuibono-theme";
const CHOICES = [
  ["auto", "◐", "as the system has them"],
  ["light", "☀", "light"],
  ["dark", "☾", "dark"],
];

export function startTheme(button) {
  let place = Math.max(0, CHOICES.findIndex(([name]) => name === localStorage.getItem(KEY)));
  const show = () => {
    const [name, sign, words] = CHOICES[place];
    document.documentElement.dataset.theme = name;
    button.textContent = sign;
    button.setAttribute("aria-label", `Colours: ${words}`);
    button.title = `Colours: ${words}`;
    localStorage.setItem(KEY, name);
  };
  button.addEventListener("click", () => {
    place = (place + 1) % CHOICES.length;
    show();
  });
  show();
}
