package dev.palinode.data.file;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonDocumentTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[{\"a\":1}, 2, \"x\"] | {\"a\":1} 2 \"x\"",
        "[] | ``",
        "{\"v\":{\"x\":[1]},\"data\":[{\"a\":1},{\"a\":2}],\"n\":[3]} | {\"a\":1} {\"a\":2}",
        "{\"data\":[]} | ``",
        "{\"a\":1}\\n{\"a\":2}\\n | {\"a\":1} {\"a\":2}",
        "{\"m\":[1,2]}\\n{\"m\":[3,4]} | {\"m\":[1,2]} {\"m\":[3,4]}",
        "{\"a\":1} [2] 3 | {\"a\":1} [2] 3",
        "{\"a\":[1,2],\"b\":[\"x\",\"y\"],\"c\":[]} | {\"a\":1,\"b\":\"x\"} {\"a\":2,\"b\":\"y\"}",
        "{\"a\":[[{\"r\":1}],[]]} | {\"a\":[{\"r\":1}]} {\"a\":[]}",
        "{\"m\":[{\"r\":1}]} | {\"m\":[{\"r\":1}]}",
        "{\"a\":1,\"b\":[2]} | {\"a\":1,\"b\":[2]}",
        "\"text\" | \"text\"",
        "1 2 | 1 2",
        "{\"a\":[]} | ``",
      })
  void rows_areTheValuesOfAList_TheColumnsOrTheValues(String json, String rows) throws IOException {
    ReadThrough read = read(json.replace("\\n", "\n").getBytes(UTF_8));
    assertThat(read.damage()).isNull();
    assertThat(read.problems()).isEmpty();
    assertThat(String.join(" ", read.values())).isEqualTo(rows);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[{\"a\":1},{\"a\":2},{\"a\": | record 3: not JSON at line 1, column 23: | 2",
        "[{\"a\":1} {\"a\":2}] | record 2: not JSON at line 1, column 10: | 1",
        "[1,2] 3 | record 3: something follows the list of rows | 2",
        "{\"data\":[1,2 | record 3: not JSON at | 2",
        "{\"data\":[1],\"x\": | record 2: not JSON at | 1",
        "{\"a\":[1,2],\"b\":[1]} | record 1: is an object of columns, of which one has 1 | 0",
        "{\"a\": | record 1: not JSON at line 1, column 6: | 0",
        "`` | record 1: is empty; expected JSON | 0",
      })
  void brokenFile_isToldWithItsPlace_behindTheGoodRows(String json, String problem, int good)
      throws IOException {
    ReadThrough read = read(json.getBytes(UTF_8));
    assertThat(read.damage()).startsWith(problem.strip());
    assertThat(read.rows()).hasSize(good);
  }

  @Test
  void keyTwice_breaksItsRowAlone() throws IOException {
    ReadThrough read =
        read("[{\"a\":1},{\"a\":1,\"a\":{\"b\":[2]},\"c\":[3]},{\"a\":2}]".getBytes(UTF_8));
    assertThat(read.values()).containsExactly("{\"a\":1}", "{\"a\":2}");
    assertThat(read.problems())
        .singleElement()
        .asString()
        .startsWith("record 2: not JSON")
        .contains("Duplicate field 'a'");
    assertThat(read.damage()).isNull();
  }

  @Test
  void bytesThatAreNoUtf8_breakTheirRowAlone() throws IOException {
    ReadThrough read =
        read(
            "[{\"a\":\"x\"},{\"a\":\"\u00e9\"},{\"\u00e9\":1},{\"a\":\"y\"}]".getBytes(ISO_8859_1));
    assertThat(read.values()).containsExactly("{\"a\":\"x\"}", "{\"a\":\"y\"}");
    assertThat(read.problems())
        .containsExactly(
            "record 2: holds bytes that are not UTF-8", "record 3: holds bytes that are not UTF-8");
  }

  @Test
  void deepNesting_breaksTheFile_andNotTheJvm() throws IOException {
    assertThat(read(("[1," + "[".repeat(1_000_000)).getBytes(UTF_8)).damage()).contains("nesting");
  }

  @Test
  void objectThatIsTooLargeForColumns_isRefusedBeforeItIsInMemory() throws IOException {
    Path file = folder.resolve("x.json");
    String value = "\"" + "x".repeat(1 << 20) + "\",";
    Files.writeString(file, "{\"a\":[" + value.repeat(65) + "\"\"]}");
    assertThat(ReadThrough.of(file).damage()).contains("more than 67,108,864 characters");
  }

  private ReadThrough read(byte[] bytes) throws IOException {
    return ReadThrough.of(Files.write(folder.resolve("x.json"), bytes));
  }
}
