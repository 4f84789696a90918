// What html-validate asks of every page: all that it recommends, minus what is named here with its reason.
module.exports = {
  root: true,
  extends: ["html-validate:recommended"],
  rules: {
    // HTML takes either; ours is small, as all its tags are
    "doctype-style": ["error", { style: "lowercase" }],
    // boxes of one name are a list of what was picked
    "form-dup-name": ["error", { shared: ["radio", "checkbox", "button", "submit"] }],
    // a button in a form sends it, as HTML says; those that do something else carry a type
    "no-implicit-button-type": "off",
    // space that no browser shows and compression takes away
    "no-trailing-whitespace": "off",
    // what a picker has found is a list for its box; the <select> that is sent stands beside it
    "prefer-native-element": ["error", { exclude: ["listbox"] }],
    // numbers may break where a narrow phone makes them
    "tel-non-breaking": "off",
  },
};
