using Pryvd.Model.Components;

namespace Pryvd.Model.Rows;

/// <summary>Reads a choice by its word.</summary>
public static class ChoiceReading
{
    public static T Choice<T>(this RowReader row, string name)
        where T : struct, Enum => ComponentWords.TryParse<T>(row.Text(name), out var value)
        ? value
        : throw new FormatException($"'{row.Text(name)}' is no {name}");
}
