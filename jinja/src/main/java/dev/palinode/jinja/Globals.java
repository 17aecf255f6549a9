package dev.palinode.jinja;

import dev.palinode.jinja.Types.Callable;
import dev.palinode.jinja.Types.Namespace;
import dev.palinode.jinja.Types.Range;
import java.time.Clock;
import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.Map;

/** The global functions of chat templates. */
final class Globals {
  private Globals() {}

  static Map<String, Object> functions(Clock clock) {
    return Map.of(
        "raise_exception", (Callable) Globals::raiseException,
        "strftime_now", (Callable) arguments -> strftimeNow(clock, arguments),
        "namespace", (Callable) arguments -> new Namespace(named("namespace", arguments)),
        "dict", (Callable) arguments -> new LinkedHashMap<Object, Object>(named("dict", arguments)),
        "range", (Callable) Globals::range,
        "cycler", unsupported("cycler"),
        "joiner", unsupported("joiner"),
        "lipsum", unsupported("lipsum"),
        "self", unsupported("self"));
  }

  private static Object raiseException(Arguments arguments) {
    Object message = arguments.bind("raise_exception", "message").get("message");
    throw new TemplateException.Raised(PythonText.str(message));
  }

  private static Object strftimeNow(Clock clock, Arguments arguments) {
    String format = arguments.bind("strftime_now", "format").text("format");
    return Strftime.format(LocalDateTime.now(clock), format);
  }

  private static Map<String, Object> named(String function, Arguments arguments) {
    Map<String, Object> all = new LinkedHashMap<>();
    if (arguments.positional().size() > 1) {
      throw new TemplateException("%s takes one dict at most", function);
    }
    for (Object first : arguments.positional()) {
      if (!(first instanceof Map<?, ?> map)) {
        throw new TemplateException("%s: expected a dict, got %s", function, Values.type(first));
      }
      map.forEach((key, value) -> all.put(PythonText.str(key), value));
    }
    all.putAll(arguments.named());
    return all;
  }

  private static Object range(Arguments arguments) {
    Arguments.Bound bound = arguments.bind("range", "start", "stop", "step");
    int first = bound.number("start", 0);
    return bound.values().containsKey("stop")
        ? new Range(first, bound.number("stop", 0), bound.number("step", 1))
        : new Range(0, first, 1);
  }

  private static Callable unsupported(String name) {
    return arguments -> {
      throw new TemplateException("%s is not supported", name);
    };
  }
}
