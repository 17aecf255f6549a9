package dev.palinode.jinja;

import dev.palinode.jinja.Node.Flow;
import dev.palinode.jinja.Token.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Parses a whole template: text, {@code {{ values }}} and the tags. */
final class TemplateParser {
  /** Variables with names that no template can spell, which pass a body to the code around it. */
  private static final String BODY = "{body}";

  private static final String CALLER = "{caller}";

  private final TokenStream tokens;
  private final ExpressionParser expressions;

  /** The number of loops around the current position, within the current macro body. */
  private int loops;

  private TemplateParser(TokenStream tokens) {
    this.tokens = tokens;
    this.expressions = new ExpressionParser(tokens);
  }

  static Node parse(String template) {
    TemplateParser parser = new TemplateParser(new TokenStream(Lexer.tokens(template)));
    return parser.until("");
  }

  /** The nodes before one of the end tags. The first of {@code ends} is named in errors. */
  private Node until(String... ends) {
    List<Node> nodes = new ArrayList<>();
    int start = tokens.current().line();
    while (!tokens.current().is(Kind.END)) {
      Token token = tokens.next();
      switch (token.kind()) {
        case DATA -> nodes.add(text(token.text()));
        case VARIABLE_BEGIN -> {
          Expression value = expressions.tuple();
          tokens.expect(Kind.VARIABLE_END);
          nodes.add(Node.located(token.line(), output(value)));
        }
        default -> {
          if (List.of(ends).contains(tokens.current().text())) {
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
    return (scope, out) -> {
      scope.budget().text(text.length());
      out.append(text);
      return Flow.NEXT;
    };
  }

  private static Node output(Expression value) {
    return (scope, out) -> {
      write(PythonText.str(value.evaluate(scope)), scope, out);
      return Flow.NEXT;
    };
  }

  private static void write(String text, Scope scope, StringBuilder out) {
    scope.budget().text(text.length());
    out.append(text);
  }

  private Node tag() {
    Token name = tokens.expect(Kind.NAME);
    return switch (name.text()) {
      case "if" -> condition();
      case "for" -> loop();
      case "set" -> set();
      case "macro" -> macro();
      case "call" -> call();
      case "filter" -> filter();
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
    tokens.expect(Kind.BLOCK_END);
    Node body = until(end);
    tokens.next();
    tokens.expect(Kind.BLOCK_END);
    return body;
  }

  private Node condition() {
    Expression condition = expressions.tupleWithoutIf();
    tokens.expect(Kind.BLOCK_END);
    Node yes = until("endif", "elif", "else");
    String end = tokens.next().text();
    Node no;
    if (end.equals("elif")) {
      no = condition();
    } else {
      no = end.equals("else") ? body("endif") : closed();
    }
    return (scope, out) -> (Values.isTrue(condition.evaluate(scope)) ? yes : no).render(scope, out);
  }

  private Node closed() {
    tokens.expect(Kind.BLOCK_END);
    return text("");
  }

  private Node loop() {
    Target target = target("in");
    if (!tokens.skipName("in")) {
      throw tokens.unexpected("'in'");
    }
    Expression items = expressions.tupleWithoutIf();
    Expression condition = tokens.skipName("if") ? expressions.expression() : null;
    boolean recursive = tokens.skipName("recursive");
    tokens.expect(Kind.BLOCK_END);
    loops++;
    Node body = until("endfor", "else");
    loops--;
    Node otherwise = tokens.next().text().equals("else") ? body("endfor") : closed();
    return new Loop(target, items, condition, recursive, body, otherwise);
  }

  private Node leave(Token tag, Flow flow) {
    if (loops == 0) {
      throw TemplateException.at(tag.line(), "'%s' is outside of a loop", tag.text());
    }
    tokens.expect(Kind.BLOCK_END);
    return (scope, out) -> flow;
  }

  private Node set() {
    Target target = target("=");
    if (tokens.skipOperator("=")) {
      Expression value = expressions.tuple();
      tokens.expect(Kind.BLOCK_END);
      return (scope, out) -> {
        target.assign(scope, value.evaluate(scope));
        return Flow.NEXT;
      };
    }
    Expression captured = captured("endset", true);
    return (scope, out) -> {
      target.assign(scope, captured.evaluate(scope));
      return Flow.NEXT;
    };
  }

  private Node filter() {
    Expression captured = captured("endfilter", false);
    return (scope, out) -> {
      write(PythonText.str(captured.evaluate(scope)), scope, out);
      return Flow.NEXT;
    };
  }

  /** A body whose text passes through filters. */
  private Expression captured(String end, boolean withBar) {
    Expression text = scope -> scope.get(BODY);
    Expression filtered =
        expressions.values().filters(withBar ? text : expressions.values().filter(text));
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
      if (!tokens.skipOperator(",")) {
        break;
      }
      isTuple = true;
    } while (!tokens.current().text().equals(end));
    return isTuple ? Target.several(targets) : targets.get(0);
  }

  private Target singleTarget() {
    if (tokens.skipOperator("(")) {
      Target inner = target(")");
      tokens.expectOperator(")");
      return inner;
    }
    Token name = tokens.expect(Kind.NAME);
    if (List.of("true", "false", "none", "True", "False", "None", "loop").contains(name.text())) {
      throw TemplateException.at(name.line(), "cannot assign to '%s'", name.text());
    }
    return tokens.skipOperator(".")
        ? Target.attribute(name.text(), tokens.expect(Kind.NAME).text())
        : Target.name(name.text());
  }

  private Node with() {
    Map<Target, Expression> values = new LinkedHashMap<>();
    while (!tokens.current().is(Kind.BLOCK_END)) {
      if (!values.isEmpty()) {
        tokens.expectOperator(",");
      }
      Target target = Target.name(tokens.expect(Kind.NAME).text());
      tokens.expectOperator("=");
      values.put(target, expressions.expression());
    }
    Node body = body("endwith");
    return (scope, out) -> {
      Scope inner = scope.inner();
      values.forEach((target, value) -> target.assign(inner, value.evaluate(scope)));
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
    String name = tokens.expect(Kind.NAME).text();
    Signature signature = signature();
    MacroBody body = macroBody("endmacro");
    return (scope, out) -> {
      scope.set(name, body.macro(name, signature, scope));
      return Flow.NEXT;
    };
  }

  /** Passes the body to the called macro as an extra argument, {@code caller}. */
  private Node call() {
    Signature signature =
        tokens.current().isOperator("(") ? signature() : new Signature(List.of(), List.of());
    Expression called = expressions.values().callWith("caller", scope -> scope.get(CALLER));
    MacroBody body = macroBody("endcall");
    return (scope, out) -> {
      Scope inner = scope.inner();
      inner.set(CALLER, body.macro("caller", signature, scope));
      write(PythonText.str(called.evaluate(inner)), scope, out);
      return Flow.NEXT;
    };
  }

  private Signature signature() {
    List<String> parameters = new ArrayList<>();
    List<Expression> defaults = new ArrayList<>();
    tokens.expectOperator("(");
    while (!tokens.skipOperator(")")) {
      if (!parameters.isEmpty()) {
        tokens.expectOperator(",");
      }
      parameters.add(tokens.expect(Kind.NAME).text());
      if (tokens.skipOperator("=")) {
        defaults.add(expressions.expression());
      } else if (!defaults.isEmpty()) {
        throw tokens.unexpected("a default");
      }
    }
    return new Signature(parameters, defaults);
  }

  private record Signature(List<String> parameters, List<Expression> defaults) {}

  private MacroBody macroBody(String end) {
    int from = tokens.position();
    Node body = isolated(() -> body(end));
    List<String> special = new ArrayList<>(List.of("varargs", "kwargs", "caller"));
    special.removeIf(name -> !tokens.hasNameSince(from, name));
    return new MacroBody(body, special);
  }

  private record MacroBody(Node node, List<String> special) {
    Macro macro(String name, Signature signature, Scope scope) {
      return new Macro(name, signature.parameters(), signature.defaults(), special, node, scope);
    }
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
