using Google.Protobuf;
using Pryv.Consensus;

namespace Pryvd.Model;

/// <summary>
/// One version of a variable. A deleted one stays for a while as the version that ended it, so that versions go on where
/// they were when it is set again.
/// </summary>
public sealed record ExtraVar
{
    /// <summary>What is shown in place of a secret.</summary>
    public const string Mask = "\"***\"";

    public required VarName Name { get; init; }

    /// <summary>JSON text; empty for a secret and for a deleted one.</summary>
    public required Utf8Text Value { get; init; }

    public string Json => Value.ToString();

    /// <summary>The value of a secret, sealed under the cluster's sealing key.</summary>
    public required ByteString Sealed { get; init; }

    public required bool Deleted { get; init; }

    /// <summary>Counts from 1; setting and deleting both make one.</summary>
    public required long Version { get; init; }

    /// <summary>The oldest version that the history still holds.</summary>
    public required long OldestVersion { get; init; }

    public required LogIndex Index { get; init; }

    public required long TimeMs { get; init; }

    public required Actor Actor { get; init; }

    public bool IsSecret => !Sealed.IsEmpty;

    /// <summary>What it counts against the cluster's limit, in bytes or more.</summary>
    public int Size => SizeOf(Value.CharCount, Sealed.Length);

    /// <summary>The value for output, logs and events: JSON text, a mask for a secret, empty when deleted.</summary>
    public Utf8Text Shown => Deleted ? default : IsSecret ? MaskText : Value;

    private static readonly Utf8Text MaskText = Utf8Text.From(Mask);

    /// <summary>As <see cref="Size"/>, of a variable that is not at hand.</summary>
    public static int SizeOf(int valueChars, int sealedBytes) => (valueChars * 2) + sealedBytes + 256;
}
