package dev.palinode.data.file;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.palinode.data.record.SourceLocation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CsvRowsTest {
  @TempDir private Path folder;

  @Test
  void quotedFields_holdCommasQuotesAndLineBreaks_andRowsTheLineWhereTheyBegin()
      throws IOException {
    ReadThrough read = read("a,b\r\n\"x, \"\"y\"\"\nz\",1\r\n\r\nu,\"\"\r\n");
    assertThat(read.values())
        .containsExactly("{\"a\":\"x, \\\"y\\\"\\nz\",\"b\":\"1\"}", "{\"a\":\"u\",\"b\":\"\"}");
    assertThat(read.rows())
        .extracting(Row::place)
        .extracting(SourceLocation::number)
        .containsExactly(2L, 5L);
  }

  @Test
  void byteOrderMark_isNoPartOfTheFirstName_andTabsSeparateTsv() throws IOException {
    assertThat(read("\uFEFFa,b\n1,2").values()).containsExactly("{\"a\":\"1\",\"b\":\"2\"}");
    Path file = Files.writeString(folder.resolve("x.tsv"), "a\tb\n1,2\t3\n");
    assertThat(ReadThrough.of(file).values()).containsExactly("{\"a\":\"1,2\",\"b\":\"3\"}");
  }

  @Test
  void rowWithTooFewOrTooManyFields_isBroken_andTheNextIsRead() throws IOException {
    ReadThrough read = read("a,b\n1,2\n3\n4,5,6\n7,8\n");
    assertThat(read.values())
        .containsExactly("{\"a\":\"1\",\"b\":\"2\"}", "{\"a\":\"7\",\"b\":\"8\"}");
    assertThat(read.problems())
        .containsExactly(
            "line 3: 1 fields; expected 2, as the header has",
            "line 4: 3 fields; expected 2, as the header has");
    assertThat(read.damage()).isNull();
  }

  @Test
  void bytesThatAreNoUtf8_andZeros_breakTheirRowAlone() throws IOException {
    ReadThrough read = read("a,b\n1,caf\u00e9\n2,\0\n3,\u00fc\n4,x\n".getBytes(ISO_8859_1));
    assertThat(read.values()).containsExactly("{\"a\":\"4\",\"b\":\"x\"}");
    assertThat(read.problems())
        .containsExactly(
            "line 2: holds bytes that are not UTF-8",
            "line 3: holds NUL bytes",
            "line 4: holds bytes that are not UTF-8");
  }

  @Test
  void replacementCharactersOfTheTextItself_areText() throws IOException {
    assertThat(read("a\n\uFFFD\n").values()).containsExactly("{\"a\":\"\uFFFD\"}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "a,b\\n1,2\\n3,\"4\\n5,6\\n | line 3: a quotation that begins here never ends | 1",
        "a,b\\n1,2\\n3,\"4\"5\\n6,7\\n | line 3: not CSV: | 1",
        "a,a\\n1,2\\n | line 1: the header names column \"a\" twice | 0",
        "a,\\n1,2\\n | line 1: the header has a column without a name | 0",
        "\"a,b\\n1,2\\n | line 1: a quotation that begins here never ends | 0",
        "`` | is empty; expected a header | 0",
      })
  void brokenFile_isToldWithItsLine_behindTheGoodRows(String text, String problem, int good)
      throws IOException {
    ReadThrough read = read(text.replace("\\n", "\n"));
    assertThat(read.rows()).hasSize(good);
    assertThat(read.damage()).contains(problem.strip());
  }

  @Test
  void headerAlone_hasNoRows() throws IOException {
    assertThat(read("a,b\n").rows()).isEmpty();
    assertThat(read("a,b").damage()).isNull();
  }

  @Test
  void quoteThatSwallowsTheRest_takesNoMoreThanItsLimit() throws IOException {
    Path file = folder.resolve("x.csv");
    Files.writeString(file, "a,b\n1,2\n3,\"" + "x,y\n".repeat(5_000_000));
    ReadThrough read = ReadThrough.of(file);
    assertThat(read.rows()).hasSize(1);
    assertThat(read.damage()).contains("line 3: not CSV:");
  }

  @Property(tries = 200)
  void anyFields_writtenAsRfc4180_areReadBack(@ForAll("rows") List<List<String>> rows)
      throws IOException {
    String text =
        "a,b\n"
            + rows.stream()
                .map(
                    row ->
                        row.stream()
                            .map(field -> '"' + field.replace("\"", "\"\"") + '"')
                            .collect(Collectors.joining(",")))
                .collect(Collectors.joining("\r\n"));
    Path file = Files.createTempFile("rows", ".csv");
    try {
      ReadThrough read = ReadThrough.of(Files.writeString(file, text));
      assertThat(
              read.rows().stream()
                  .map(row -> List.of(row.value().get("a").asText(), row.value().get("b").asText()))
                  .toList())
          .isEqualTo(rows);
    } finally {
      Files.delete(file);
    }
  }

  @Provide
  Arbitrary<List<List<String>>> rows() {
    return Arbitraries.of("a", "\"", ",", "\n", "\r\n", " ", "\u00e4", "\ud83e\udd86")
        .list()
        .ofMaxSize(6)
        .map(parts -> String.join("", parts))
        .list()
        .ofSize(2)
        .list()
        .ofMaxSize(5);
  }

  private ReadThrough read(String text) throws IOException {
    return read(text.getBytes(UTF_8));
  }

  private ReadThrough read(byte[] bytes) throws IOException {
    return ReadThrough.of(Files.write(folder.resolve("x.csv"), bytes));
  }
}
