package dev.palinode.chat;

import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.el.ExtendedSyntaxBuilder;
import com.hubspot.jinjava.el.TruthyTypeConverter;
import com.hubspot.jinjava.el.ext.AstNamedParameter;
import com.hubspot.jinjava.el.ext.ExtendedParser;
import java.util.Properties;
import jinjava.de.odysseus.el.ExpressionFactoryImpl;
import jinjava.de.odysseus.el.tree.TreeBuilder;
import jinjava.de.odysseus.el.tree.impl.Builder;
import jinjava.de.odysseus.el.tree.impl.Parser;
import jinjava.de.odysseus.el.tree.impl.Scanner;
import jinjava.de.odysseus.el.tree.impl.ast.AstNode;
import jinjava.de.odysseus.el.tree.impl.ast.AstUnary;
import jinjava.javax.el.ExpressionFactory;

/**
 * Jinjava with a parser of expressions that binds as Jinja2 does, in two places where Jinjava's own
 * does not: {@code not x is defined} is {@code not (x is defined)}, and a named argument takes in
 * all of its expression, {@code f(n=a|length - 1)}.
 */
final class Jinja2Engine extends Jinjava {
  private final ExpressionFactory expressions;

  Jinja2Engine(JinjavaConfig config) {
    super(config);
    Properties properties = new Properties();
    properties.setProperty(TreeBuilder.class.getName(), SyntaxBuilder.class.getName());
    expressions = new ExpressionFactoryImpl(properties, new TruthyTypeConverter());
  }

  @Override
  public ExpressionFactory getExpressionFactory() {
    return expressions;
  }

  /** Public, with a public constructor, because the engine makes it by reflection. */
  public static final class SyntaxBuilder extends ExtendedSyntaxBuilder {
    public SyntaxBuilder(Feature... features) {
      super(features);
    }

    @Override
    protected Parser createParser(String expression) {
      return new Jinja2Parser(this, expression);
    }
  }

  private static final class Jinja2Parser extends ExtendedParser {
    Jinja2Parser(Builder context, String expression) {
      super(context, expression);
    }

    @Override
    protected AstNode expr(boolean required) throws Scanner.ScanException, ParseException {
      if (getToken().getSymbol() == Scanner.Symbol.IDENTIFIER
          && lookahead(0).getImage().equals("=")) {
        String name = consumeToken().getImage();
        consumeToken();
        return new AstNamedParameter(identifier(name), super.expr(true));
      }
      return super.expr(required);
    }

    @Override
    protected AstNode unary(boolean required) throws Scanner.ScanException, ParseException {
      if (getToken().getSymbol() == Scanner.Symbol.NOT) {
        consumeToken();
        return createAstUnary(eq(true), AstUnary.NOT);
      }
      return super.unary(required);
    }
  }
}
