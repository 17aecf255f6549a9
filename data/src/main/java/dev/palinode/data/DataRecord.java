package dev.palinode.data;

/**
 * One record of a data set, whatever file it came from.
 *
 * <p>Importers make these of the rows of files; builders of training data make some of others.
 * Implementations are immutable.
 */
public sealed interface DataRecord
    permits SftExample,
        PreferencePair,
        Conversation,
        EvaluationPrompt,
        ChoiceQuestion,
        MaskedDetails,
        ReferenceAnswer,
        JudgeTemplate,
        PlainText {}
