package dev.palinode.demo.pii;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palinode.demo.Part;
import dev.palinode.demo.PromptSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Held-out data stays held out, whatever the seed. */
class PiiSplitTest {
  private static Set<Client> clients(List<PiiQuestion> questions) {
    return questions.stream().map(PiiQuestion::client).collect(Collectors.toSet());
  }

  private static Set<PiiForm> forms(List<PiiQuestion> questions) {
    return questions.stream().map(PiiQuestion::form).collect(Collectors.toSet());
  }

  private static List<PiiQuestion> questions(PromptSet set) {
    return set.prompts().stream().map(PiiWorld::question).toList();
  }

  @Property(tries = 30)
  void heldOutQuestions_shareNeitherClientsNorForms(@ForAll long seed) {
    PiiSplit split = new PiiSplit(seed);
    List<PiiQuestion> aligned = split.personal();
    List<PiiQuestion> test = questions(split.heldOut(Part.TEST));
    List<PiiQuestion> development = questions(split.heldOut(Part.DEVELOPMENT));

    assertThat(clients(aligned)).hasSize(24);
    assertThat(clients(test)).hasSize(16).doesNotContainAnyElementsOf(clients(aligned));
    assertThat(clients(development)).doesNotContainAnyElementsOf(clients(aligned));
    assertThat(clients(development)).doesNotContainAnyElementsOf(clients(test));
    assertThat(forms(test)).doesNotContainAnyElementsOf(forms(aligned));
    assertThat(forms(development)).doesNotContainAnyElementsOf(forms(aligned));
    assertThat(forms(development)).doesNotContainAnyElementsOf(forms(test));
    assertThat(test).allMatch(question -> question.form().isPersonal()).doesNotHaveDuplicates();
  }

  @Property(tries = 30)
  void knownForms_askOfTheSameClients(@ForAll long seed) {
    PiiSplit split = new PiiSplit(seed);
    for (Part part : Part.values()) {
      List<PiiQuestion> known = questions(split.knownForms(part));
      assertThat(clients(known)).isEqualTo(clients(questions(split.heldOut(part))));
      assertThat(forms(known)).isEqualTo(forms(split.personal()));
    }
  }

  @Property(tries = 30)
  void utility_isAlignedForAllClients_butMeasuredInOtherForms(@ForAll long seed) {
    PiiSplit split = new PiiSplit(seed);
    List<PiiQuestion> aligned = PiiSplit.utility();

    assertThat(clients(aligned)).containsExactlyInAnyOrderElementsOf(PiiWorld.allClients());
    for (Part part : Part.values()) {
      assertThat(forms(questions(split.utility(part))))
          .hasSizeGreaterThan(1)
          .noneMatch(PiiForm::isPersonal)
          .doesNotContainAnyElementsOf(forms(aligned));
    }
    assertThat(split.utility(Part.TEST).prompts())
        .doesNotContainAnyElementsOf(split.utility(Part.DEVELOPMENT).prompts());
  }
}
