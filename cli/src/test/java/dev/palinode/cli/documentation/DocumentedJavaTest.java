package dev.palinode.cli.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palinode.ProductVersion;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Java on the pages for users compiles, and what they are told to depend on exists. */
class DocumentedJavaTest {
  private static final Pattern CLASS = Pattern.compile("public (?:final )?class (\\w+)");
  private static final Path EXAMPLES =
      Pages.ROOT.resolve("examples/src/main/java/dev/palinode/examples");

  /** What is before a piece of a program: its imports, and the names that it does not say. */
  private static final String BEFORE_A_PIECE =
      """
      import dev.langchain4j.model.chat.*;
      import dev.langchain4j.service.AiServices;
      import dev.palinode.decode.*;
      import dev.palinode.evaluation.page.*;
      import dev.palinode.guard.PatternGuard;
      import dev.palinode.langchain4j.*;
      import dev.palinode.langchain4j.PalinodeOutputGuardrail.*;
      import dev.palinode.model.LoadedModel;
      import dev.palinode.report.*;
      import dev.palinode.training.recipe.TrainingCurves;
      import java.nio.file.Path;
      import java.util.List;

      class %s {
        interface Assistant {}
        ChatModel anyModel;
        List<String> words;
        Path folder;
        Path other;
        Table table;

        void run() throws Exception {
      %s  }
      }
      """;

  @TempDir private Path classes;

  @Test
  void programs_compile() {
    Map<String, JavaFileObject> sources = new HashMap<>();
    Map<String, String> texts = new HashMap<>();
    for (CodeBlock block : blocks("java")) {
      Matcher name = CLASS.matcher(block.text());
      boolean isWhole = name.find();
      String type =
          isWhole ? name.group(1) : block.place().replaceAll("[^A-Za-z0-9]", "_") + "_Piece";
      String text = isWhole ? block.text() : BEFORE_A_PIECE.formatted(type, block.text());
      assertThat(texts.getOrDefault(type, text)).as(block.place()).isEqualTo(text);
      texts.put(type, text);
      sources.put(type, source(block, type, text));
    }
    StringWriter errors = new StringWriter();
    List<String> options = List.of("-proc:none", "-nowarn", "-d", classes.toString());
    boolean isCompiled =
        ToolProvider.getSystemJavaCompiler()
            .getTask(errors, null, null, options, null, sources.values())
            .call();
    assertThat(isCompiled).as(errors.toString()).isTrue();
  }

  private static List<CodeBlock> blocks(String language) {
    return Pages.all().stream()
        .flatMap(page -> CodeBlock.of(page).stream())
        .filter(block -> block.language().equals(language))
        .toList();
  }

  private static JavaFileObject source(CodeBlock block, String type, String text) {
    URI place = URI.create("string:///" + block.place().replace(':', '/') + "/" + type + ".java");
    return new SimpleJavaFileObject(place, JavaFileObject.Kind.SOURCE) {
      @Override
      public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return text;
      }
    };
  }

  /** A program that is also an example is the same text. */
  @Test
  void programs_areThoseOfTheExamples() throws IOException {
    int same = 0;
    for (CodeBlock block : blocks("java")) {
      Path example = EXAMPLES.resolve(block.file().replaceFirst(".*/", ""));
      if (!block.file().isEmpty() && Files.exists(example)) {
        String source = Files.readString(example);
        assertThat(block.text())
            .as(block.place())
            .isEqualTo(source.substring(source.indexOf("import ")));
        same++;
      }
    }
    assertThat(same).isPositive();
  }

  @Test
  void dependencies_areModulesOfThisVersion() {
    Pattern module =
        Pattern.compile("<artifactId>palinode-(\\w+)</artifactId>\\s*<version>([^<]+)</version>");
    for (CodeBlock block : blocks("xml")) {
      Matcher dependency = module.matcher(block.text());
      while (dependency.find()) {
        assertThat(Pages.ROOT.resolve(dependency.group(1)).resolve("pom.xml")).exists();
        assertThat(dependency.group(2)).isEqualTo(ProductVersion.current());
      }
    }
  }
}
