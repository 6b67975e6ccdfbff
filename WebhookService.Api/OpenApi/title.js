// The page's own logo brings a style sheet inside its drawing, which the content security policy forbids.
document.addEventListener("DOMContentLoaded", () => {
  SwaggerUIStandalonePreset.push(({ React }) => ({
    components: { Logo: () => React.createElement("span", null, document.title) },
  }));
});
