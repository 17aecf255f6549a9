package dev.palinode.chat.jinja;

/**
 * The value of a name that nothing has: printed as nothing, false, empty; an error where more is
 * asked of it.
 *
 * @param message the error's
 */
record Undefined(String message) {
  TemplateException failure() {
    return new TemplateException(message);
  }
}
