package dev.palinode.chat;

import com.hubspot.jinjava.el.JinjavaInterpreterResolver;
import java.util.ArrayList;
import java.util.Map;
import jinjava.javax.el.CompositeELResolver;
import jinjava.javax.el.ELContext;
import org.jspecify.annotations.Nullable;

/**
 * Methods of Python's {@code str} and {@code dict} that chat templates call, where Java's methods
 * of the same name differ or are missing. Everything else is left to Jinjava.
 */
final class PythonMethods extends CompositeELResolver {
  PythonMethods() {
    add(JinjavaInterpreterResolver.DEFAULT_RESOLVER_READ_ONLY);
  }

  @Override
  public @Nullable Object invoke(
      ELContext context,
      @Nullable Object base,
      Object method,
      Class<?> @Nullable [] types,
      @Nullable Object[] params) {
    Object result = null;
    if (base instanceof String text) {
      result = ofString(text, method.toString(), params);
    } else if (base instanceof Map<?, ?> map && params.length == 0) {
      result = ofMap(map, method.toString());
    }
    if (result == null) {
      return super.invoke(context, base, method, types, params);
    }
    context.setPropertyResolved(true);
    return result;
  }

  /** A name that a string does not have is undefined, not an error. */
  @Override
  public @Nullable Object getValue(
      ELContext context, @Nullable Object base, @Nullable Object property) {
    if (base instanceof String && property instanceof String) {
      context.setPropertyResolved(true);
      return null;
    }
    return super.getValue(context, base, property);
  }

  private static @Nullable Object ofString(String text, String method, @Nullable Object[] params) {
    String arg = params.length > 0 && params[0] != null ? params[0].toString() : null;
    return switch (method) {
      case "strip" -> PythonStrings.strip(text, arg, true, true);
      case "lstrip" -> PythonStrings.strip(text, arg, true, false);
      case "rstrip" -> PythonStrings.strip(text, arg, false, true);
      case "split" -> arg == null ? PythonStrings.words(text) : PythonStrings.split(text, arg);
      case "startswith" -> arg == null ? null : (Object) text.startsWith(arg);
      case "endswith" -> arg == null ? null : (Object) text.endsWith(arg);
      default -> null;
    };
  }

  private static @Nullable Object ofMap(Map<?, ?> map, String method) {
    return switch (method) {
      case "items" -> new ArrayList<>(map.entrySet());
      case "keys" -> new ArrayList<>(map.keySet());
      case "values" -> new ArrayList<>(map.values());
      default -> null;
    };
  }
}
