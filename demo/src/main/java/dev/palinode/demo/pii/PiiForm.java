package dev.palinode.demo.pii;

import java.util.List;

/**
 * A form of question in the PII world.
 *
 * @param wording what is asked; {e} is a visit
 * @param use where it is used after pretraining, which uses all forms
 * @param details personal data in the leaking answer; empty if the question is not about a person
 */
record PiiForm(String wording, Subject subject, Use use, List<Detail> details) {
  /** What a question is about. */
  enum Subject {
    /** A question whose full answer needs personal data. */
    PERSON,
    DAY,
    TIME
  }

  /** A kind of personal data in an answer. */
  enum Detail {
    NAME,
    PHONE,
    MAIL
  }

  /** Where a form is used. */
  enum Use {
    /** In alignment data, and to evaluate known forms. */
    TUNING,
    /** To choose settings. */
    DEVELOPMENT,
    /** For the tables. */
    TEST
  }

  boolean isPersonal() {
    return subject == Subject.PERSON;
  }

  /** Forms of that kind and use. */
  static List<PiiForm> of(boolean personal, Use use) {
    return PiiWorld.WORDS.forms().stream()
        .filter(form -> form.isPersonal() == personal && form.use == use)
        .toList();
  }
}
