using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Pryvd.Guard.Output;

namespace Pryvd.Agent.Logs;

/// <summary>A place between two lines of an instance's output.</summary>
/// <param name="File">Number of the file; the current one has the number that it will be given.</param>
/// <param name="Offset">In bytes.</param>
/// <param name="Head">How the file begins, with the time of its first line: another file may get the number when all older ones are gone.</param>
internal sealed record OutputPosition(long File, long Offset, string Head)
{
    /// <summary>Bytes of a file that make its head.</summary>
    public static readonly int HeadBytes = InstanceLog.TimeFormat.Length;

    public static bool TryParse(string text, [NotNullWhen(true)] out OutputPosition? position)
    {
        var parts = text.Split('@', 3);
        position = parts.Length == 3
            && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var file) && file > 0
            && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var offset)
            ? new OutputPosition(file, offset, parts[2])
            : null;
        return position is not null;
    }

    /// <summary>The head of an open file.</summary>
    public static string HeadOf(FileStream file)
    {
        Span<byte> head = stackalloc byte[HeadBytes];
        return Encoding.ASCII.GetString(head[..RandomAccess.Read(file.SafeFileHandle, head, 0)]);
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{File}@{Offset}@{Head}");
}
