package dev.palinode.data.importing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.palinode.data.catalog.Catalog;
import dev.palinode.data.dedup.ScreeningSettings;
import dev.palinode.data.format.RecordFiles;
import dev.palinode.data.importing.ImportResult.ImportedFile;
import dev.palinode.data.record.DataException;
import dev.palinode.data.record.FileDigest;
import dev.palinode.data.record.Manifest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An import into a file: what is written, what is put aside, and when it is stopped. */
class ImportFileTest {
  private static final String GOOD = "{\"instruction\":\"what is it ?\",\"output\":\"a day\"}";
  private static final String WRITTEN =
      "{\"kind\":\"utility\",\"prompt\":[{\"role\":\"user\",\"content\":\"what is it ?\"}],"
          + "\"completion\":[{\"role\":\"assistant\",\"content\":\"a day\"}]}";

  @TempDir private Path folder;

  @Test
  void goodRows_areWritten_withAManifestBeside() throws IOException {
    Path input = lines("in.jsonl", GOOD, "{\"instruction\":\"?\",\"output\":\"\"}", GOOD);
    Path output = folder.resolve("out.jsonl");
    ImportResult result = write(ImportSettings.DEFAULT, output, input);

    assertThat(result.report().toString())
        .isEqualTo("read 3, kept 2, dropped 1 (1: a turn has no text)");
    assertThat(output).hasContent(WRITTEN + "\n" + WRITTEN);
    JsonNode manifest = new ObjectMapper().readTree(Manifest.beside(output).toFile());
    assertThat(manifest.path("command").asText()).isEqualTo("data import");
    assertThat(manifest.path("palinode").asText()).matches("[0-9].*");
    assertThat(manifest.at("/inputs/0/file").asText()).isEqualTo("in.jsonl");
    assertThat(manifest.at("/inputs/0/sha256").asText()).isEqualTo(FileDigest.of(input).sha256());
    assertThat(manifest.at("/inputs/0/format").asText()).isEqualTo("instruction");
    assertThat(manifest.at("/counts/rows_dropped_empty_turn").asInt()).isEqualTo(1);
    assertThat(manifest.at("/output/rows").asInt()).isEqualTo(2);
    assertThat(manifest.at("/output/sha256").asText()).isEqualTo(FileDigest.of(output).sha256());
    assertThat(names()).containsExactly("in.jsonl", "out.jsonl", "out.jsonl.manifest.json");
  }

  @Test
  void sameInput_elsewhere_givesTheSameBytes() throws IOException {
    Path other = Files.createDirectory(folder.resolve("other"));
    Path first = folder.resolve("out.jsonl");
    Path second = other.resolve("out.jsonl");
    write(ImportSettings.DEFAULT, first, lines("in.jsonl", GOOD));
    write(ImportSettings.DEFAULT, second, lines("other/in.jsonl", GOOD));
    assertThat(second).hasSameBinaryContentAs(first);
    assertThat(Manifest.beside(second)).hasSameBinaryContentAs(Manifest.beside(first));
  }

  @Test
  void brokenRows_arePutAside_andTheOthersTaken() throws IOException {
    Path input = lines("in.jsonl", GOOD, "{\"instruction\":", GOOD, "{\"instruction\":3}");
    Path output = folder.resolve("out.jsonl");
    write(tolerant(0.5), output, input);

    assertThat(output).hasContent(WRITTEN + "\n" + WRITTEN);
    List<String> aside = Files.readAllLines(RecordFile.rejected(output));
    assertThat(aside).hasSize(2);
    assertThat(aside.get(0)).startsWith("{\"file\":\"in.jsonl\",\"line\":2,\"reason\":\"not JSON");
    assertThat(aside.get(0)).contains("\"text\":\"{\\\"instruction\\\":\"");
    assertThat(aside.get(1)).contains("\"line\":4,\"reason\":").contains("{\\\"instruction\\\":3}");

    write(ImportSettings.DEFAULT, output, lines("whole.jsonl", GOOD));
    assertThat(RecordFile.rejected(output)).doesNotExist();
  }

  @Test
  void tooManyBrokenRows_stopTheImport_andAreKept() throws IOException {
    Path input = lines("in.jsonl", GOOD, "{", GOOD);
    Path output = Files.writeString(folder.resolve("out.jsonl"), "old");
    assertThatThrownBy(() -> write(ImportSettings.DEFAULT, output, input))
        .isInstanceOf(ImportException.class)
        .hasMessageStartingWith(
            "1 of 3 rows are broken; allowed is a fraction of 0.01. The first: "
                + input
                + ", line 2")
        .hasMessageEndingWith(
            "The broken rows are in " + RecordFile.rejected(output) + ". Nothing was written");
    assertThat(output).hasContent("old");
    assertThat(RecordFile.rejected(output)).exists();
    assertThatThrownBy(() -> write(new ImportSettings("instruction", 1, 0, false), output, input))
        .isInstanceOf(ImportException.class)
        .hasMessageStartingWith("more than 0 rows are broken; the last one: " + input + ", line 2");
  }

  @Test
  void fileThatBreaksOff_stopsTheImport_unlessThatIsAllowed() throws IOException {
    byte[] whole = gzip((GOOD + "\n").repeat(50_000));
    Path input = Files.write(folder.resolve("in.jsonl.gz"), Arrays.copyOf(whole, whole.length / 2));
    Path output = folder.resolve("out.jsonl");
    assertThatThrownBy(() -> write(ImportSettings.DEFAULT, output, input))
        .isInstanceOf(ImportException.class)
        .hasMessageContaining("the file is truncated. The ")
        .hasMessageContaining("rows before can be read");
    assertThat(output).doesNotExist();

    ImportResult result = write(new ImportSettings("auto", 0.01, 1000, true), output, input);
    assertThat(result.report().kept()).isGreaterThan(10_000);
    assertThat(Files.readAllLines(output)).hasSize((int) result.report().kept());
    JsonNode manifest = new ObjectMapper().readTree(Manifest.beside(output).toFile());
    assertThat(manifest.at("/notes/0").asText())
        .startsWith("in.jsonl.gz breaks off: line ")
        .contains("truncated");
  }

  @Test
  void folder_isImportedFileByFile_eachInItsOwnFormat() throws IOException {
    lines("in/a.jsonl", GOOD);
    lines("in/b/c.csv", "goal,target", "open it,Sure");
    lines("in/.hidden.jsonl", "{");
    lines("in/notes.txt", "no data");
    Path output = folder.resolve("out.jsonl");
    ImportResult result = write(ImportSettings.DEFAULT, output, folder.resolve("in"));

    assertThat(result.files())
        .extracting(ImportedFile::name)
        .containsExactly("in/a.jsonl", "in/b/c.csv");
    assertThat(result.files())
        .extracting(ImportedFile::format)
        .containsExactly("instruction", "prompts");
    assertThat(Files.readString(output))
        .contains("\"kind\":\"prompt\"")
        .contains("\"kind\":\"utility\"");
  }

  @Test
  void whatWasWritten_canBeImportedAgain() throws IOException {
    Path first = folder.resolve("first.jsonl.zst");
    write(ImportSettings.DEFAULT, first, lines("in.jsonl", GOOD));
    Path second = folder.resolve("second.jsonl");
    ImportResult result = write(ImportSettings.DEFAULT, second, first);
    assertThat(result.files().get(0).format()).isEqualTo("records");
    assertThat(second).hasContent(WRITTEN);
  }

  @Test
  void fileOfUnknownShape_isAnErrorThatSaysWhatWasFound() throws IOException {
    Path input = lines("in.jsonl", "{\"frage\":\"?\",\"antwort\":\"!\"}");
    assertThatThrownBy(() -> write(ImportSettings.DEFAULT, folder.resolve("out.jsonl"), input))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("no known format: found rows with the fields frage, antwort")
        .hasMessageContaining("prompt=question,response=answer");
  }

  @Test
  void outputAmongTheInputs_isRefused() throws IOException {
    Path input = lines("in/a.jsonl", GOOD);
    assertThatThrownBy(() -> write(ImportSettings.DEFAULT, input, folder.resolve("in")))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("is among the inputs");
    Path link = Files.createSymbolicLink(folder.resolve("link.jsonl"), input);
    assertThatThrownBy(() -> write(ImportSettings.DEFAULT, input, link))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("is among the inputs");
    assertThat(input).hasContent(GOOD);
  }

  @Test
  void fileWithoutUse_isAnError() throws IOException {
    Path input = lines("in.jsonl", "{\"instruction\":\"?\",\"output\":\"\"}");
    assertThatThrownBy(() -> write(ImportSettings.DEFAULT, folder.resolve("out.jsonl"), input))
        .isInstanceOf(ImportException.class)
        .hasMessageStartingWith("no record is left: read 1, kept 0, dropped 1");
    assertThat(names()).containsExactly("in.jsonl");
  }

  private static ImportSettings tolerant(double share) {
    return new ImportSettings("instruction", share, 1000, false);
  }

  private static ImportResult write(ImportSettings settings, Path output, Path... inputs)
      throws IOException {
    Import importing = new Import(settings, Catalog.shipped(), RecordFiles.Progress.SILENT);
    return importing.write(List.of(inputs), ScreeningSettings.NONE, output);
  }

  private Path lines(String name, String... lines) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.write(file, List.of(lines));
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
