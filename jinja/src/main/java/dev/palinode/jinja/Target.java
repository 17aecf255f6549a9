package dev.palinode.jinja;

import dev.palinode.jinja.Types.Namespace;
import java.util.List;

/** The left side of an assignment. */
@FunctionalInterface
interface Target {
  void assign(Scope scope, Object value);

  static Target name(String name) {
    return (scope, value) -> scope.set(name, value);
  }

  static Target attribute(String name, String attribute) {
    return (scope, value) -> {
      if (!(scope.get(name) instanceof Namespace namespace)) {
        throw new TemplateException(
            "cannot set '%s.%s': '%s' is not a namespace", name, attribute, name);
      }
      namespace.variables().put(attribute, value);
    };
  }

  /** Unpacks a value, {@code a, b}: one item for each target. */
  static Target several(List<Target> targets) {
    return (scope, value) -> {
      List<Object> items = Values.list(value);
      if (items.size() != targets.size()) {
        throw new TemplateException(
            "expected %d values to unpack, got %d", targets.size(), items.size());
      }
      for (int i = 0; i < items.size(); i++) {
        targets.get(i).assign(scope, items.get(i));
      }
    };
  }
}
