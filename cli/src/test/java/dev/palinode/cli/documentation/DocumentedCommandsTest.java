package dev.palinode.cli.documentation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.palinode.cli.Palinode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParameterException;

/** Commands on the pages for users are ones that the program understands. */
class DocumentedCommandsTest {
  private static final String NAME = "./palinode";

  /** Commands of a module after this one, whose test reads the pages for them. */
  private static final Set<String> OF_BENCH = Set.of("bench", "load");

  private static final Pattern SPAN = Pattern.compile("`(?:\\./)?palinode ([^`]+)`");
  private static final Pattern COMMAND = Pattern.compile("[ $]*(\\./)?palinode [a-z].*");

  static List<Path> pages() {
    return Pages.all();
  }

  @ParameterizedTest
  @MethodSource("pages")
  void commands_areUnderstood(Path page) throws IOException {
    for (CodeBlock block : CodeBlock.of(page).stream().filter(CodeBlock::isShell).toList()) {
      for (List<String> command : ShellCommands.of(block.text())) {
        if (command.get(0).equals(NAME)) {
          List<String> arguments = command.subList(1, command.size());
          parse(block.place(), arguments, false);
          checkSettings(block.place(), arguments);
        }
      }
    }
  }

  /** In a sentence, a command may lack what it needs; what it has must be right. */
  @ParameterizedTest
  @MethodSource("pages")
  void commandsInSentences_areUnderstood(Path page) {
    String prose = String.join("\n", CodeBlock.prose(page));
    for (MatchResult span : SPAN.matcher(prose).results().toList()) {
      String text = span.group(1).replace("...", "").replace("attack NAME", "attack prefilling");
      ShellCommands.of(text).forEach(words -> parse(page.getFileName() + ", " + text, words, true));
    }
  }

  /** What is not in a shell block is not run by PagesRunTest. */
  @ParameterizedTest
  @MethodSource("pages")
  void commands_areInShellBlocks(Path page) {
    assertThat(CodeBlock.prose(page)).noneMatch(line -> COMMAND.matcher(line).matches());
    assertThat(CodeBlock.of(page))
        .filteredOn(block -> !block.isShell())
        .flatExtracting(block -> block.text().lines().toList())
        .noneMatch(line -> COMMAND.matcher(line).matches());
  }

  private final CommandLine palinode = Palinode.commands();

  private void parse(String place, List<String> arguments, boolean isFragment) {
    if (OF_BENCH.contains(arguments.get(0))) {
      return;
    }
    List<String> given =
        arguments.stream().map(each -> each.replaceFirst("(?<=[0-9]),$", "")).toList();
    try {
      palinode.parseArgs(given.toArray(String[]::new));
    } catch (MissingParameterException e) {
      if (!isFragment) {
        fail("%s: %s: %s", place, arguments, e.getMessage());
      }
    } catch (ParameterException e) {
      fail("%s: %s: %s", place, arguments, e.getMessage());
    }
  }

  /** Settings of a shipped recipe: its file has all of them. */
  private static void checkSettings(String place, List<String> arguments) throws IOException {
    int train = arguments.indexOf("train");
    Path recipe = train < 0 ? Pages.ROOT : Pages.ROOT.resolve(arguments.get(train + 1));
    if (!Files.isRegularFile(recipe)) {
      return;
    }
    List<String> keys =
        arguments.subList(train + 2, arguments.size()).stream()
            .filter(each -> each.matches("[a-z_]+=.*"))
            .map(each -> each.substring(0, each.indexOf('=')))
            .toList();
    assertThat(settings(recipe)).as(place).containsAll(keys);
  }

  private static Set<String> settings(Path recipe) throws IOException {
    var tree = new YAMLMapper().readTree(recipe.toFile());
    Set<String> keys = new TreeSet<>();
    tree.fieldNames().forEachRemaining(keys::add);
    if (tree.has("base")) {
      keys.addAll(settings(recipe.resolveSibling(tree.get("base").asText())));
    }
    return keys;
  }

  @Test
  void shell_isReadAsShellsDo() {
    assertThat(
            ShellCommands.of(
                """
                ./palinode chat --delay 40    # talk "to" it
                a 'b c' \\
                  "d" && e > f | g
                curl -d '{"x": "y z",
                  "n": 1}' http://h/p#q
                """))
        .isEqualTo(
            List.of(
                List.of("./palinode", "chat", "--delay", "40"),
                List.of("a", "b c", "d"),
                List.of("e"),
                List.of("g"),
                Arrays.asList("curl", "-d", "{\"x\": \"y z\",\n  \"n\": 1}", "http://h/p#q")));
  }
}
