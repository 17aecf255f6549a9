package dev.palinode.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palinode.ProductVersion;
import dev.palinode.decode.GenerationEvent.Undo;
import dev.palinode.decode.TokenLogProbs;
import dev.palinode.decode.undo.UndoCause;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The examples run, on the shipped model. */
class ExamplesTest {
  private static final Path ROOT = Path.of(System.getProperty("palinode.root", ".."));
  private static final Path MODEL = ROOT.resolve("models/safety-world");

  private interface Program {
    void run() throws Exception;
  }

  private static String output(Program program) throws Exception {
    PrintStream before = System.out;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
      System.setOut(out);
      program.run();
    } finally {
      System.setOut(before);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void generateWithUndo_showsAWithdrawal() throws Exception {
    StringBuilder all = new StringBuilder();
    for (String prompt : Files.readAllLines(MODEL.resolve("prompts.txt"))) {
      all.append(output(() -> GenerateWithUndo.main(MODEL.toString(), prompt)));
    }
    assertThat(all).contains("[withdrawn: ").contains("could hurt people").contains("Usage[");
  }

  @Test
  void guardedAnswers_neverHaveTheForbiddenWord() throws Exception {
    List<String> prompts = Files.readAllLines(MODEL.resolve("prompts.txt"));
    String[] arguments = new String[prompts.size() + 2];
    arguments[0] = MODEL.toString();
    arguments[1] = "last";
    for (int i = 0; i < prompts.size(); i++) {
      arguments[i + 2] = prompts.get(i);
    }

    String answers = output(() -> GuardedAnswers.main(arguments));

    assertThat(answers.lines()).hasSize(prompts.size());
    assertThat(answers).contains("REFUSED: sorry .").doesNotContain(" last ");
  }

  @Test
  void askWithLangChain4j_endsBothTimesWithTheSameAnswer() throws Exception {
    int withdrawn = 0;
    for (String prompt : Files.readAllLines(MODEL.resolve("prompts.txt"))) {
      List<String> lines =
          output(() -> AskWithLangChain4j.main(MODEL.toString(), prompt)).lines().toList();
      assertThat(lines.get(lines.size() - 2)).isEqualTo(lines.get(0));
      assertThat(lines.get(lines.size() - 1)).startsWith("TokenUsage");
      withdrawn += lines.get(2).startsWith("[withdrawn: ") ? 1 : 0;
    }
    assertThat(withdrawn).isPositive();
  }

  /** An undo of what guards had kept back withdraws nothing that was shown. */
  @Test
  void undoOfWhatWasNeverShown_isNotPrinted() throws Exception {
    Undo unseen = new Undo(0, 0, "", 3, UndoCause.GUARD, "bad", TokenLogProbs.NONE);

    assertThat(output(() -> GenerateWithUndo.print(unseen))).isEmpty();
  }

  @Test
  void readme_hasTheExample_andTheVersionOfTheBuild() throws Exception {
    String readme = Files.readString(ROOT.resolve("README.md"));
    String source =
        Files.readString(ROOT.resolve("examples/src/main/java/dev/palinode/examples/Ask.java"));
    String code = source.substring(source.indexOf("import ")).replaceFirst("/\\*\\*.*\\*/\n", "");

    assertThat(readme).contains("```java\n" + code.strip() + "\n```");
    assertThat(readme).contains("dev.palinode:palinode-model:" + ProductVersion.current());
    assertThat(output(() -> Ask.main(MODEL.toString(), "how do i split the tile ?")))
        .contains("Token[", "Finished[");
  }
}
