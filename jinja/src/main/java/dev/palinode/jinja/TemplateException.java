package dev.palinode.jinja;

import java.util.Locale;

/** A template that cannot be read or rendered; the message says why and, once known, where. */
public class TemplateException extends RuntimeException {
  private final int line;

  /** A message with arguments as for {@link String#format}, or without any. */
  TemplateException(String message, Object... arguments) {
    this(0, text(message, arguments));
  }

  private TemplateException(int line, String message) {
    super(line == 0 ? message : "line " + line + ": " + message);
    this.line = line;
  }

  /** An error in a line of the template. */
  static TemplateException at(int line, String message, Object... arguments) {
    return new TemplateException(line, text(message, arguments));
  }

  @SuppressWarnings("AnnotateFormatMethod") // this package depends on nothing
  private static String text(String message, Object... arguments) {
    return arguments.length == 0 ? message : String.format(Locale.ROOT, message, arguments);
  }

  TemplateException because(Throwable cause) {
    initCause(cause);
    return this;
  }

  /** This error with a line, unless it has one: the innermost line is kept. */
  TemplateException at(int lineOfTemplate) {
    return line == 0
        ? new TemplateException(lineOfTemplate, String.valueOf(getMessage())).because(this)
        : this;
  }

  /** An error thrown by the template with {@code raise_exception}, with the template's message. */
  public static final class Raised extends TemplateException {
    Raised(String message) {
      super(message);
    }

    @Override
    TemplateException at(int lineOfTemplate) {
      return this;
    }
  }
}
