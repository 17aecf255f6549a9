package dev.palinode.cli;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.Ansi.IStyle;
import picocli.CommandLine.Help.Ansi.Text;
import picocli.CommandLine.Help.ColorScheme;
import picocli.CommandLine.Help.IParamLabelRenderer;
import picocli.CommandLine.IHelpFactory;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;

/** Makes help texts in which the value of an option without a label is called by its type. */
final class TypedLabels implements IHelpFactory {
  private static final Map<Class<?>, String> LABELS =
      Map.of(
          int.class, "N",
          Integer.class, "N",
          long.class, "N",
          Long.class, "N",
          double.class, "NUMBER",
          Double.class, "NUMBER",
          String.class, "TEXT");

  @Override
  public Help create(CommandSpec command, ColorScheme colors) {
    return new Help(command, colors) {
      @Override
      public IParamLabelRenderer parameterLabelRenderer() {
        return new Labels(super.parameterLabelRenderer(), colors);
      }
    };
  }

  private record Labels(IParamLabelRenderer plain, ColorScheme colors)
      implements IParamLabelRenderer {
    @Override
    public Text renderParameterLabel(ArgSpec option, Ansi ansi, List<IStyle> styles) {
      Text text = plain.renderParameterLabel(option, ansi, styles);
      String name = option.paramLabel(); // <field> where none is given
      return name.startsWith("<")
          ? colors.optionParamText(text.plainString().replace(name, label(option)))
          : text;
    }

    @Override
    public String separator() {
      return plain.separator();
    }
  }

  private static String label(ArgSpec option) {
    String name = option.paramLabel().replaceAll("[<>]", "").toUpperCase(Locale.ROOT);
    return LABELS.getOrDefault(option.typeInfo().getAuxiliaryTypes()[0], name);
  }
}
