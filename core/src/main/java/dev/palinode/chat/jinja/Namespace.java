package dev.palinode.chat.jinja;

import java.util.LinkedHashMap;
import java.util.Map;

/** {@code namespace(...)}: variables that inner scopes can set. */
final class Namespace {
  private final Map<String, Object> variables = new LinkedHashMap<>();

  Namespace(Map<String, Object> variables) {
    this.variables.putAll(variables);
  }

  Map<String, Object> variables() {
    return variables;
  }
}
