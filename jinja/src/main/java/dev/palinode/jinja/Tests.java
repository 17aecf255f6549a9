package dev.palinode.jinja;

import dev.palinode.jinja.Types.Callable;
import dev.palinode.jinja.Types.Markup;
import dev.palinode.jinja.Types.None;
import dev.palinode.jinja.Types.Undefined;
import java.util.List;
import java.util.Map;

/** Jinja2's tests, {@code value is name(arguments)}. */
final class Tests {
  private Tests() {}

  /**
   * Whether a value passes a test.
   *
   * @throws TemplateException if there is no test of that name
   */
  static boolean passes(String name, Object value, Arguments arguments) {
    return switch (name) {
      case "eq", "equalto", "==", "ne", "!=", "in" -> holds(name, value, arguments);
      case "lt", "lessthan", "<", "le", "<=" -> holds(name, value, arguments);
      case "gt", "greaterthan", ">", "ge", ">=" -> holds(name, value, arguments);
      case "divisibleby" -> remainder(value, other(name, arguments)) == 0;
      case "sameas" -> isSame(value, other(name, arguments));
      default -> {
        arguments.bind(name);
        yield passes(name, value);
      }
    };
  }

  private static boolean passes(String name, Object value) {
    return switch (name) {
      case "defined" -> !(value instanceof Undefined);
      case "undefined" -> value instanceof Undefined;
      case "none" -> value == None.NONE;
      case "boolean" -> value instanceof Boolean;
      case "true" -> value.equals(true);
      case "false" -> value.equals(false);
      case "string" -> value instanceof String || value instanceof Markup;
      case "mapping" -> value instanceof Map;
      case "iterable" -> isSequence(value) || value instanceof Iterable;
      case "sequence" -> isSequence(value);
      case "number" -> Operations.number(value) instanceof Number;
      case "integer" -> value instanceof Number && !(value instanceof Double);
      case "float" -> value instanceof Double;
      case "odd" -> remainder(value, 2L) == 1;
      case "even" -> remainder(value, 2L) == 0;
      case "callable" -> value instanceof Callable || value instanceof Undefined;
      case "lower" -> StringMethods.isLower(PythonText.str(value));
      case "upper" -> StringMethods.isUpper(PythonText.str(value));
      default -> throw new TemplateException("the test '%s' is not supported", name);
    };
  }

  private static boolean isSequence(Object value) {
    return value instanceof String
        || value instanceof Markup
        || value instanceof List
        || value instanceof Map
        || value instanceof Undefined;
  }

  private static boolean holds(String comparison, Object value, Arguments arguments) {
    return Operations.holds(comparison, value, other(comparison, arguments));
  }

  private static Object other(String name, Arguments arguments) {
    return arguments.bind(name, "other").get("other");
  }

  private static double remainder(Object value, Object divisor) {
    return ((Number) Operations.arithmetic("%", value, divisor)).doubleValue();
  }

  /**
   * Identity, for booleans and None only: for other values it would depend on copies and caching.
   */
  private static boolean isSame(Object value, Object other) {
    if (value instanceof Boolean
        || value == None.NONE
        || other instanceof Boolean
        || other == None.NONE) {
      return value.equals(other);
    }
    throw new TemplateException("sameas is supported for true, false and none only");
  }
}
