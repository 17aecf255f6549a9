package dev.palinode.evaluation.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palinode.chat.Message;
import dev.palinode.evaluation.benchmark.Benchmark.Direction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BenchmarkFileTest {
  private static final String SMALL =
      """
      name: letters
      version: 2
      prompts: {file: letters.jsonl}
      """;

  @TempDir private Path folder;

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private Benchmark read(String yaml) throws IOException {
    return BenchmarkFile.read(write("b.yaml", yaml)).benchmarks().get(0);
  }

  @Test
  void aShortFile_hasTheDefaults_andTheirJsonReadsBack() throws IOException {
    Benchmark benchmark = read(SMALL);

    assertThat(benchmark.template()).isEqualTo("{prompt}");
    assertThat(benchmark.decoding().samples()).isEqualTo(1);
    assertThat(benchmark.direction()).isEqualTo(Direction.LOWER);
    assertThat(read(BenchmarkFile.toJson(benchmark).toString())).isEqualTo(benchmark);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "tempalte: x             | unknown key \"tempalte\"; did you mean \"template\"?",
        "decoding: {top: 1}      | unknown key \"decoding.top\"; did you mean \"top_k\"?",
        "decoding: {top_p: 2}    | topP is 2.0: expected above 0 and at most 1",
        "decoding: {samples: 4}  | decoding.samples is 4 at temperature 0",
        "decoding: {samples: a}  | decoding.samples has a wrong value",
        "direction: up           | direction has a wrong value",
        "template: hello         | template has no {prompt}",
        "name: a b               | name is \"a b\": expected letters",
        "version: 0              | version is 0: expected 1 or more",
        "metric:                 | metric is not set",
        "prompts: {sha256: beef} | prompts.sha256 is \"beef\": expected 64",
        "prompts: {format: csv}  | unknown format \"csv\"",
        "checks: refusal         | checks has a wrong value",
        "completion: {extract: [{group: 1}]} | unknown key \"completion.extract.group\"",
      })
  void aWrongKeyOrValue_isNamed(String line, String problem) throws IOException {
    String key = line.substring(0, line.indexOf(':'));
    String rest =
        key.equals("prompts")
            ? "name: a\nversion: 1\n" + line.replace("{", "{file: f, ")
            : SMALL.replaceAll("(?m)^" + key + ":.*\n", "") + line;
    Path file = write("wrong.yaml", rest);

    assertThatThrownBy(() -> BenchmarkFile.read(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(file + ": ")
        .hasMessageContaining(problem);
  }

  @Test
  void missingKeysAndBrokenYaml_areNamed() throws IOException {
    assertThatThrownBy(() -> read("name: a\nprompts: {file: f}\n"))
        .hasMessageContaining("version is not set");
    assertThatThrownBy(() -> read("name: a\nversion: 1\n"))
        .hasMessageContaining("prompts.file is not set");
    assertThatThrownBy(() -> read("name: a\nversion: 1\nprompt: {file: f}\n"))
        .hasMessageEndingWith(
            "unknown key \"prompt\"; did you mean \"prompts\"?; prompts.file is not set");
    assertThatThrownBy(() -> read("name: a\n\tversion: 1\n"))
        .hasMessageContaining("b.yaml: line 2, column 1: not valid YAML: found character '\\t");
    assertThatThrownBy(() -> read("- a\n")).hasMessageContaining("the file has no keys");
  }

  @Test
  void aSuite_namesFilesBesideIt() throws IOException {
    write("letters.yaml", SMALL);
    Path suite = write("all.yaml", "name: all\nversion: 1\nbenchmarks: [letters]\n");
    assertThat(BenchmarkFile.read(suite).benchmarks()).extracting(Benchmark::name).hasSize(1);
    assertThatThrownBy(
            () ->
                BenchmarkFile.read(
                    write("b.yaml", "name: b\nversion: 1\nbenchmarks: [letters, letters]\n")))
        .hasMessageContaining("benchmark twice");
    assertThatThrownBy(
            () ->
                BenchmarkFile.read(write("b.yaml", "name: b\nversion: 1\nbenchmarks: [digits]\n")))
        .hasMessageContaining("digits.yaml: no such file");
    assertThatThrownBy(
            () ->
                BenchmarkFile.read(
                    write("b.yaml", "name: b\nversion: 1\nbenchmarks: [../letters]\n")))
        .hasMessageContaining("expected the name of a file beside it");
    for (String outside : new String[] {"/etc/hosts", "a/../../hosts"}) {
      assertThatThrownBy(() -> read("name: a\nversion: 1\nprompts: {file: " + outside + "}\n"))
          .hasMessageContaining(outside + "\": expected a path inside the folder of data");
    }
  }

  @Test
  void prompts_getSystemTemplateAndOpening_andPlaceholdersInThemAreText() throws IOException {
    write(
        "letters.jsonl",
        """
        {"goal": "Say {context}", "target": "Sure, A"}
        {"goal": "Say B", "target": "Sure, B"}
        """);
    Benchmark benchmark =
        read(SMALL + "system: Be brief.\ntemplate: 'Please: {prompt}!'\nopening: '{target}:'\n");

    PromptFile read = PromptFile.read(benchmark, folder);

    assertThat(read.rows()).isEqualTo(2);
    assertThat(read.prompts())
        .extracting(Prompt::turns)
        .containsExactly(List.of("Please: Say {context}!"), List.of("Please: Say B!"));
    assertThat(read.prompts()).extracting(Prompt::opening).containsExactly("Sure, A:", "Sure, B:");
    assertThat(read.prompts().get(1).before()).containsExactly(Message.system("Be brief."));
  }

  @Test
  void anotherFileThanThePublishedOne_isRefused() throws IOException {
    write("letters.jsonl", "{\"prompt\": \"Say A\"}\n");
    String hash = "0".repeat(64);
    assertThatThrownBy(
            () -> PromptFile.read(read(SMALL.replace("{", "{sha256: '" + hash + "', ")), folder))
        .hasMessageContaining("letters.jsonl: not the published file of letters")
        .hasMessageContaining(hash);
    assertThatThrownBy(() -> PromptFile.read(read(SMALL.replace("{", "{rows: 3, ")), folder))
        .hasMessageContaining("1 rows; letters has 3");
    assertThatThrownBy(() -> PromptFile.read(read(SMALL.replace("{", "{expected: help, ")), folder))
        .hasMessageContaining("no prompts of which expected is HELP");
  }

  @Test
  void twoPromptsOfOneId_areRefused() throws IOException {
    write(
        "letters.jsonl",
        "{\"id\": \"a\", \"prompt\": \"Say A\"}\n{\"id\": \"a\", \"prompt\": \"Say B\"}\n");
    assertThatThrownBy(() -> PromptFile.read(read(SMALL), folder))
        .hasMessageContaining("two prompts have the id \"a\"");
  }
}
