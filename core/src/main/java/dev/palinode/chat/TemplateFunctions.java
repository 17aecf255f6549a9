package dev.palinode.chat;

import com.hubspot.jinjava.el.ext.NamedParameter;
import com.hubspot.jinjava.objects.Namespace;
import com.hubspot.jinjava.objects.date.StrftimeFormatter;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.HashMap;
import java.util.Map;

/**
 * The functions that transformers gives to chat templates. Public because the template engine calls
 * them by reflection; not meant for other callers.
 */
public final class TemplateFunctions {
  private TemplateFunctions() {}

  /** {@code raise_exception(message)}: the template refuses the conversation. */
  public static String raiseException(String message) {
    throw new Raised(message);
  }

  /** {@code strftime_now(format)}: the local time, the format in Python's notation. */
  public static String strftimeNow(String format) {
    return StrftimeFormatter.format(ZonedDateTime.now(ZoneId.systemDefault()), format);
  }

  /** {@code namespace(name=value, ...)}: variables that an inner scope can set. */
  public static Namespace namespace(Object... parameters) {
    Map<String, Object> variables = new HashMap<>();
    for (Object parameter : parameters) {
      if (parameter instanceof NamedParameter named) {
        variables.put(named.getName(), named.getValue());
      }
    }
    return new Namespace(variables, Integer.MAX_VALUE);
  }

  /** Thrown by {@link #raiseException}; its message is the template's. */
  static final class Raised extends RuntimeException {
    Raised(String message) {
      super(message);
    }
  }
}
