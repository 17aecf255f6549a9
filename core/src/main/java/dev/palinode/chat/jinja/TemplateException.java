package dev.palinode.chat.jinja;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A template that cannot be read or rendered; the message says why and, once known, where. */
public class TemplateException extends RuntimeException {
  private final int line;

  TemplateException(String message) {
    this(message, 0, null);
  }

  TemplateException(String message, int line, @Nullable Throwable cause) {
    super(line == 0 ? message : String.format(Locale.ROOT, "line %d: %s", line, message), cause);
    this.line = line;
  }

  /** The same with a line, unless it has one already: the innermost place is the one to look at. */
  TemplateException at(int lineOfTemplate) {
    return line == 0
        ? new TemplateException(String.valueOf(getMessage()), lineOfTemplate, this)
        : this;
  }

  /** What {@code raise_exception} throws: the template refuses what it was given, in its words. */
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
