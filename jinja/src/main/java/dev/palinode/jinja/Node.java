package dev.palinode.jinja;

import java.util.List;

/** Part of a template that writes text or changes variables. */
@FunctionalInterface
interface Node {
  /** How rendering continues after a node. */
  enum Flow {
    NEXT,
    BREAK,
    CONTINUE
  }

  Flow render(Scope scope, StringBuilder out);

  /** Renders nodes in order, until one leaves the enclosing loop. */
  static Node sequence(List<Node> nodes) {
    List<Node> body = List.copyOf(nodes);
    return (scope, out) -> {
      for (Node node : body) {
        scope.budget().step();
        Flow flow = node.render(scope, out);
        if (flow != Flow.NEXT) {
          return flow;
        }
      }
      return Flow.NEXT;
    };
  }

  /** A node whose errors name its line. */
  static Node located(int line, Node node) {
    return (scope, out) -> {
      try {
        return node.render(scope, out);
      } catch (TemplateException e) {
        throw e.at(line);
      }
    };
  }

  /** The node's output as text. */
  default String text(Scope scope) {
    StringBuilder out = new StringBuilder();
    render(scope, out);
    return out.toString();
  }
}
