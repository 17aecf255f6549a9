package dev.palinode.jinja;

import dev.palinode.jinja.Node.Flow;
import dev.palinode.jinja.Token.Kind;
import dev.palinode.jinja.Types.Namespace;
import dev.palinode.jinja.Types.Undefined;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Parses a whole template: text, {@code {{ values }}} and the tags. */
final class TemplateParser extends ExpressionParser {
  /** Variables with names that no template can spell, which pass a body to the code around it. */
  private static final String BODY = "{body}";

  private static final String CALLER = "{caller}";

  /** The left side of an assignment. */
  @FunctionalInterface
  interface Target {
    void assign(Scope scope, Object value);
  }

  /** The number of loops around the current position, within the current macro body. */
  private int loops;

  private TemplateParser(List<Token> tokens) {
    super(tokens);
  }

  static Node parse(String template) {
    return new TemplateParser(Lexer.tokens(template)).until("");
  }

  /** The nodes before one of the end tags. The first of {@code ends} is named in errors. */
  private Node until(String... ends) {
    List<Node> nodes = new ArrayList<>();
    int start = current().line();
    while (!current().is(Kind.END)) {
      Token token = next();
      switch (token.kind()) {
        case DATA -> nodes.add(text(token.text()));
        case VARIABLE_BEGIN -> {
          Expression value = tuple();
          expect(Kind.VARIABLE_END);
          nodes.add(Node.located(token.line(), written(value)));
        }
        default -> {
          if (List.of(ends).contains(current().text())) {
            return Node.sequence(nodes);
          }
          nodes.add(Node.located(token.line(), tag()));
        }
      }
    }
    if (!ends[0].isEmpty()) {
      throw TemplateException.at(
          start, "expected '{%% %s %%}', got the end of the template", ends[0]);
    }
    return Node.sequence(nodes);
  }

  private static Node text(String text) {
    return written(scope -> text);
  }

  /** Writes a value as text. */
  private static Node written(Expression value) {
    return (scope, out) -> {
      String text = PythonText.str(value.evaluate(scope));
      scope.budget().text(text.length());
      out.append(text);
      return Flow.NEXT;
    };
  }

  private Node tag() {
    Token name = expect(Kind.NAME);
    return switch (name.text()) {
      case "if" -> condition();
      case "for" -> loop();
      case "set" -> set();
      case "macro" -> macro();
      case "call" -> call();
      case "filter" -> written(captured("endfilter", false));
      case "with" -> with();
      case "generation" -> generation();
      case "break" -> leave(name, Flow.BREAK);
      case "continue" -> leave(name, Flow.CONTINUE);
      default ->
          throw TemplateException.at(
              name.line(), "the tag '%s' is not supported here", name.text());
    };
  }

  /** The body of a tag up to its end tag, which is consumed. */
  private Node body(String end) {
    expect(Kind.BLOCK_END);
    Node body = until(end);
    next();
    expect(Kind.BLOCK_END);
    return body;
  }

  private Node condition() {
    Expression condition = tupleWithoutIf();
    expect(Kind.BLOCK_END);
    Node yes = until("endif", "elif", "else");
    Node no = skipName("elif") ? condition() : otherwise("endif");
    return (scope, out) -> (Values.isTrue(condition.evaluate(scope)) ? yes : no).render(scope, out);
  }

  /** What follows {@code else}, if it does, up to the end tag. */
  private Node otherwise(String end) {
    if (next().text().equals("else")) {
      return body(end);
    }
    expect(Kind.BLOCK_END);
    return text("");
  }

  private Node loop() {
    Target target = target("in");
    if (!skipName("in")) {
      throw unexpected("'in'");
    }
    Expression items = tupleWithoutIf();
    Expression condition = skipName("if") ? expression() : null;
    boolean recursive = skipName("recursive");
    expect(Kind.BLOCK_END);
    loops++;
    Node body = until("endfor", "else");
    loops--;
    return new Loop(target, items, condition, recursive, body, otherwise("endfor"));
  }

  private Node leave(Token tag, Flow flow) {
    if (loops == 0) {
      throw TemplateException.at(tag.line(), "'%s' is outside of a loop", tag.text());
    }
    expect(Kind.BLOCK_END);
    return (scope, out) -> flow;
  }

  private Node set() {
    Target target = target("=");
    boolean hasValue = skipOperator("=");
    Expression value = hasValue ? tuple() : captured("endset", true);
    if (hasValue) {
      expect(Kind.BLOCK_END);
    }
    return (scope, out) -> {
      target.assign(scope, value.evaluate(scope));
      return Flow.NEXT;
    };
  }

  /** A body whose text passes through filters. */
  private Expression captured(String end, boolean withBar) {
    Expression text = scope -> scope.get(BODY);
    Expression filtered = filters(withBar ? text : filter(text));
    Node body = isolated(() -> body(end));
    return scope -> {
      Scope inner = scope.inner();
      inner.set(BODY, body.text(scope.inner()));
      return filtered.evaluate(inner);
    };
  }

  /** A name, {@code namespace.name}, or several names separated by commas. */
  private Target target(String end) {
    List<Target> targets = new ArrayList<>();
    boolean isTuple = false;
    do {
      targets.add(singleTarget());
      if (!skipOperator(",")) {
        break;
      }
      isTuple = true;
    } while (!current().text().equals(end));
    return isTuple ? unpacked(targets) : targets.get(0);
  }

  /** One item of a value for each target. */
  private static Target unpacked(List<Target> targets) {
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

  private Target singleTarget() {
    if (skipOperator("(")) {
      Target inner = target(")");
      expectOperator(")");
      return inner;
    }
    Token token = expect(Kind.NAME);
    String name = token.text();
    if (List.of("true", "false", "none", "True", "False", "None", "loop").contains(name)) {
      throw TemplateException.at(token.line(), "cannot assign to '%s'", name);
    } else if (!skipOperator(".")) {
      return (scope, value) -> scope.set(name, value);
    }
    String attribute = expect(Kind.NAME).text();
    return (scope, value) -> {
      if (!(scope.get(name) instanceof Namespace namespace)) {
        throw new TemplateException(
            "cannot set '%s.%s': '%s' is not a namespace", name, attribute, name);
      }
      namespace.variables().put(attribute, value);
    };
  }

  private Node with() {
    Map<String, Expression> values = new LinkedHashMap<>();
    while (!current().is(Kind.BLOCK_END)) {
      if (!values.isEmpty()) {
        expectOperator(",");
      }
      String name = expect(Kind.NAME).text();
      expectOperator("=");
      values.put(name, expression());
    }
    Node body = body("endwith");
    return (scope, out) -> {
      Scope inner = scope.inner();
      values.forEach((name, value) -> inner.set(name, value.evaluate(scope)));
      return body.render(inner, out);
    };
  }

  /**
   * transformers' {@code generation} tag, which marks assistant text: only its body is rendered.
   */
  private Node generation() {
    Node body = isolated(() -> body("endgeneration"));
    return (scope, out) -> body.render(scope.inner(), out);
  }

  private Node macro() {
    String name = expect(Kind.NAME).text();
    Function<Scope, Macro> macro = macro(name, parameters(), "endmacro");
    return (scope, out) -> {
      scope.set(name, macro.apply(scope));
      return Flow.NEXT;
    };
  }

  /** Passes the body to the called macro as an extra argument, {@code caller}. */
  private Node call() {
    Map<String, Expression> parameters = current().isOperator("(") ? parameters() : Map.of();
    Expression called = callWith("caller", scope -> scope.get(CALLER));
    Function<Scope, Macro> caller = macro("caller", parameters, "endcall");
    return written(
        scope -> {
          Scope inner = scope.inner();
          inner.set(CALLER, caller.apply(scope));
          return called.evaluate(inner);
        });
  }

  /** The parameters of a macro, with their defaults. */
  private Map<String, Expression> parameters() {
    Map<String, Expression> parameters = new LinkedHashMap<>();
    boolean hasDefault = false;
    expectOperator("(");
    while (!skipOperator(")")) {
      if (!parameters.isEmpty()) {
        expectOperator(",");
      }
      String name = expect(Kind.NAME).text();
      if (hasDefault && !current().isOperator("=")) {
        throw unexpected("a default");
      }
      hasDefault = skipOperator("=");
      Undefined missing = new Undefined("parameter '%s' was not provided".formatted(name));
      parameters.put(name, hasDefault ? expression() : scope -> missing);
    }
    return parameters;
  }

  private Function<Scope, Macro> macro(
      String name, Map<String, Expression> parameters, String end) {
    int from = position();
    Node body = isolated(() -> body(end));
    List<String> special =
        Stream.of("varargs", "kwargs", "caller").filter(each -> hasNameSince(from, each)).toList();
    return scope -> new Macro(name, parameters, special, body, scope);
  }

  /** A body that no {@code break} can leave. */
  private Node isolated(Supplier<Node> body) {
    int outside = loops;
    loops = 0;
    Node node = body.get();
    loops = outside;
    return node;
  }
}
