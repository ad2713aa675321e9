namespace Pryvd.Specs.Yaml;

/// <summary>What the YAML parser throws at text that it did not expect, besides its own exception.</summary>
internal static class YamlFault
{
    public static bool IsOne(Exception failure) =>
        failure is InvalidOperationException or ArgumentException or FormatException or OverflowException or IndexOutOfRangeException or EndOfStreamException;
}
