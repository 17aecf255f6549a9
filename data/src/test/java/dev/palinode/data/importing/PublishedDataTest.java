package dev.palinode.data.importing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palinode.chat.Role;
import dev.palinode.data.catalog.Catalog;
import dev.palinode.data.catalog.CatalogEntry;
import dev.palinode.data.dedup.ScreeningSettings;
import dev.palinode.data.format.Formats;
import dev.palinode.data.format.RecordFiles;
import dev.palinode.data.importing.ImportResult.ImportedFile;
import dev.palinode.data.record.Conversation;
import dev.palinode.data.record.DataRecord;
import dev.palinode.data.record.DataRecord.MaskedDetails;
import dev.palinode.data.record.EvaluationPrompt;
import dev.palinode.data.record.EvaluationPrompt.Expected;
import dev.palinode.data.record.ImportReport;
import dev.palinode.testkit.Fixtures;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every published file that the catalogue knows, where it is at hand. */
class PublishedDataTest {
  private static Stream<String> names() {
    return Catalog.shipped().entries().stream().map(CatalogEntry::name);
  }

  @ParameterizedTest
  @MethodSource("names")
  void file_isWhatTheCatalogueSays(String name) throws IOException {
    CatalogEntry entry = entry(name);
    List<DataRecord> records = new ArrayList<>();
    ImportResult result = read(entry, records);

    ImportedFile file = result.files().get(0);
    assertThat(file.known()).isEqualTo(entry);
    assertThat(file.format()).isEqualTo(entry.format());
    assertThat(result.report().read()).isEqualTo(entry.rows());
    assertThat(result.report().records()).isEqualTo(entry.records()).isEqualTo(records.size());
    assertThat(result.report().broken()).isZero();
  }

  @ParameterizedTest
  @MethodSource("names")
  void format_isRecognisedByTheShapeOfTheRows(String name) throws IOException {
    CatalogEntry entry = entry(name);
    Path file = Fixtures.data(entry.file());
    assertThat(Formats.recognise(file).name()).isEqualTo(entry.format());
  }

  @Test
  void openAssistant_isAConversationPerTree_thatAlternatesAndEndsWithAnAnswer() throws IOException {
    List<DataRecord> records = new ArrayList<>();
    read(entry("openassistant-100"), records);
    assertThat(records).hasSize(100);
    assertThat(records)
        .allSatisfy(
            item -> {
              Conversation conversation = (Conversation) item;
              for (int i = 0; i < conversation.messages().size(); i++) {
                assertThat(conversation.messages().get(i).role())
                    .isEqualTo(i % 2 == 0 ? Role.USER : Role.ASSISTANT);
              }
              assertThat(conversation.endsWithAnswer()).isTrue();
            });
  }

  @Test
  void xstest_saysOfEachPromptWhatIsExpected() throws IOException {
    List<DataRecord> records = new ArrayList<>();
    read(entry("xstest"), records);
    assertThat(records)
        .filteredOn(item -> ((EvaluationPrompt) item).expected() == Expected.HELP)
        .hasSize(250);
    assertThat(records)
        .filteredOn(item -> ((EvaluationPrompt) item).expected() == Expected.DECLINE)
        .hasSize(200);
  }

  @Test
  void harmbench_hasContexts_andMaskedDetailsTheirValues() throws IOException {
    List<DataRecord> records = new ArrayList<>();
    read(entry("harmbench"), records);
    assertThat(records)
        .filteredOn(item -> !((EvaluationPrompt) item).context().isEmpty())
        .hasSize(100);
    records.clear();
    read(entry("llm-pc-details"), records);
    assertThat(records.stream().mapToInt(item -> ((MaskedDetails) item).values().size()).sum())
        .isEqualTo(4_894);
  }

  @Test
  void hhRlhf_keeps2299Rows() throws IOException {
    ImportReport report = read(entry("hh-rlhf-harmless-test"), new ArrayList<>()).report();
    assertThat(report.read()).isEqualTo(2_312);
    assertThat(report.kept()).isEqualTo(2_299);
  }

  private static CatalogEntry entry(String name) {
    return Catalog.shipped().named(name).orElseThrow();
  }

  private static ImportResult read(CatalogEntry entry, List<DataRecord> records)
      throws IOException {
    Path file = Fixtures.data(entry.file());
    return new Import(ImportSettings.DEFAULT, Catalog.shipped(), RecordFiles.Progress.SILENT)
        .read(
            List.of(file),
            ScreeningSettings.NONE,
            Optional::of,
            records::add,
            (name, broken) -> {});
  }
}
