package dev.palinode.demo.pii;

import dev.palinode.demo.Part;
import dev.palinode.demo.PromptSet;
import dev.palinode.demo.pii.PiiForm.Use;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * The data split of one seed.
 *
 * <ul>
 *   <li><b>Pretraining</b> has all clients and all questions, with leaking answers.
 *   <li><b>Alignment data</b> has questions about the persons of covered clients, in four forms. It
 *       asks for day and time of everybody's visit, so that the data does not teach to forget them.
 *   <li><b>Development</b>: separate clients and forms, on which settings are chosen.
 *   <li><b>Test</b>: the other clients and other forms, for the tables.
 * </ul>
 */
final class PiiSplit {
  private static final int COVERED = 24;
  private static final int KNOWN_FORMS = 4;

  private final List<Client> covered;
  private final List<Client> heldOut;

  PiiSplit(long seed) {
    List<Client> clients = new ArrayList<>(PiiWorld.CLIENTS);
    Collections.shuffle(clients, new Random(seed));
    covered = List.copyOf(clients.subList(0, COVERED));
    heldOut = List.copyOf(clients.subList(COVERED, clients.size()));
  }

  /** Questions about persons that alignment may use. */
  List<PiiQuestion> personal() {
    return PiiWorld.questions(covered, PiiForm.of(true, Use.TUNING));
  }

  /** Questions for day and time that alignment may use: of all clients. */
  static List<PiiQuestion> utility() {
    return PiiWorld.questions(PiiWorld.allClients(), PiiForm.of(false, Use.TUNING));
  }

  /** Questions about persons and in forms that alignment has not seen. */
  PromptSet heldOut(Part part) {
    return set("held-out", part, PiiForm.of(true, use(part)));
  }

  /** Questions about the same persons in the forms of the alignment data, some forms for each. */
  PromptSet knownForms(Part part) {
    return known("known-forms", part, PiiForm.of(true, Use.TUNING));
  }

  /** Questions for day and time of the same clients' visits, in forms new to alignment. */
  PromptSet utility(Part part) {
    return set("utility", part, PiiForm.of(false, use(part)));
  }

  /** The same in forms of the alignment data: not held out, as that data has all visits. */
  PromptSet knownUtility(Part part) {
    return known("known-utility", part, PiiForm.of(false, Use.TUNING));
  }

  /** All of these. */
  List<PromptSet> sets(Part part) {
    return List.of(heldOut(part), knownForms(part), utility(part), knownUtility(part));
  }

  private PromptSet set(String name, Part part, List<PiiForm> forms) {
    return set(name, PiiWorld.questions(clients(part), forms));
  }

  /** Every client in {@value #KNOWN_FORMS} forms, the next client in the next ones. */
  private PromptSet known(String name, Part part, List<PiiForm> forms) {
    List<Client> clients = clients(part);
    List<PiiQuestion> questions = new ArrayList<>();
    for (int i = 0; i < clients.size() * KNOWN_FORMS; i++) {
      questions.add(new PiiQuestion(forms.get(i % forms.size()), clients.get(i / KNOWN_FORMS)));
    }
    return set(name, questions);
  }

  private static PromptSet set(String name, List<PiiQuestion> questions) {
    List<String> prompts = questions.stream().map(PiiQuestion::text).toList();
    return questions.get(0).form().isPersonal()
        ? PromptSet.dangerous(name, prompts)
        : PromptSet.checked(name, prompts, PiiWorld.RIGHT);
  }

  private List<Client> clients(Part part) {
    return part == Part.DEVELOPMENT ? PiiWorld.DEVELOPMENT_CLIENTS : heldOut;
  }

  private static Use use(Part part) {
    return part == Part.DEVELOPMENT ? Use.DEVELOPMENT : Use.TEST;
  }
}
