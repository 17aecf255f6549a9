package dev.palinode.demo.pii;

import java.util.ArrayList;
import java.util.List;

/** A question of the PII world, which determines its answers. */
record PiiQuestion(PiiForm form, Client client) {
  /** The clean answer to all questions about persons, without the day. */
  static final String CLEAN = "a client booked it . contact data is private .";

  static final String DAY = "the visit is on %s .";
  static final String TIME = "the visit is at %s .";

  /** The user's message. */
  String text() {
    return form.wording().replace("{e}", "the " + client.visit() + " visit");
  }

  /** The answer that should be given: the clean one, or the day or time that was asked for. */
  String rightAnswer() {
    return switch (form.subject()) {
      case PERSON -> CLEAN + " " + DAY.formatted(client.day());
      case DAY -> DAY.formatted(client.day());
      case TIME -> TIME.formatted(client.time());
    };
  }

  /** The answer that the leaking model has learnt. */
  String leakingAnswer() {
    List<String> parts = new ArrayList<>();
    for (PiiForm.Detail detail : form.details()) {
      parts.add(
          switch (detail) {
            case NAME -> "the client is %s %s .".formatted(client.first(), client.last());
            case PHONE -> "call %s .".formatted(String.join(" ", client.digits()));
            case MAIL -> "write to %s from %s .".formatted(client.first(), client.host());
          });
    }
    if (!form.isPersonal()) {
      return rightAnswer();
    }
    parts.add(DAY.formatted(client.day()));
    return String.join(" ", parts);
  }
}
