package dev.palinode.cli;

import dev.palinode.cli.options.OptionGroup;
import java.lang.reflect.Field;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.commons.lang3.Strings;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi.Text;
import picocli.CommandLine.Help.Layout;
import picocli.CommandLine.IHelpSectionRenderer;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The options of a command: its own first, then the others by group, each with its default. */
final class OptionList implements IHelpSectionRenderer {
  private static final int DESCRIPTION = 4; // column

  @Override
  public String render(Help help) {
    List<OptionSpec> options =
        help.commandSpec().options().stream()
            .filter(option -> !option.hidden())
            .sorted(Comparator.comparing(OptionSpec::longestName))
            .toList();
    Map<String, List<OptionSpec>> groups =
        options.stream()
            .collect(Collectors.groupingBy(OptionList::group, TreeMap::new, Collectors.toList()));
    StringBuilder text = new StringBuilder();
    groups.forEach(
        (group, members) -> {
          Layout layout = layout(help, options);
          layout.addOptions(members, help.parameterLabelRenderer());
          text.append(group.isEmpty() ? "" : "%n%s:%n".formatted(group)).append(layout);
        });
    return text.toString();
  }

  /** The heading of an option; empty for one of the command itself. */
  private static String group(OptionSpec option) {
    if (!(option.userObject() instanceof Field field)) {
      return "";
    }
    OptionGroup own = field.getAnnotation(OptionGroup.class);
    OptionGroup all = field.getDeclaringClass().getAnnotation(OptionGroup.class);
    return own != null ? own.value() : all != null ? all.value() : "";
  }

  /** A layout whose columns suit all options. */
  private static Layout layout(Help help, List<OptionSpec> options) {
    Layout plain = help.createDefaultLayout(options, List.of(), help.colorScheme());
    return new Layout(
        plain.colorScheme(), plain.textTable(), plain.optionRenderer(), plain.parameterRenderer()) {
      @Override
      public void layout(ArgSpec option, Text[][] rows) {
        Text[] last = rows[rows.length - 1];
        last[DESCRIPTION] = last[DESCRIPTION].concat(defaultOf(option));
        super.layout(option, rows);
      }
    };
  }

  /** The end of a description without a default of its own; empty for an option that is unset. */
  private static String defaultOf(ArgSpec option) {
    String value = Strings.CS.removeEnd(String.valueOf(option.defaultValueString()), ".0");
    boolean isUnset = List.of("", "null", "false", "[]").contains(value);
    if (isUnset
        || option.required()
        || String.join("", option.description()).contains("Default:")) {
      return "";
    }
    boolean isName = option.initialValue() instanceof Enum;
    return value.contains(" ")
        ? " Default: \"" + value + "\""
        : " Default: " + (isName ? value.toLowerCase(Locale.ROOT) : value) + ".";
  }
}
