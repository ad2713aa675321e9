using System.Security.Cryptography;
using Pryvd.Hosting;

namespace Pryvd.Peers.Identity;

/// <summary>A file that holds a secret: written 0600, and refused at reading when anybody else could have read it.</summary>
internal static class KeyFile
{
    private const int MaxBytes = 64 * 1024;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode AnybodyElse =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private const string KeyLabel = "PRIVATE KEY";

    public static void Write(string path, ReadOnlySpan<byte> secret) => DurableFile.Write(path, secret, OwnerOnly);

    /// <summary>Writes a private key as PKCS#8 PEM.</summary>
    public static void WriteKey(string path, ReadOnlySpan<byte> pkcs8) =>
        DurableFile.Write(path, System.Text.Encoding.ASCII.GetBytes(PemEncoding.WriteString(KeyLabel, pkcs8) + "\n"), OwnerOnly);

    /// <summary>The PKCS#8 bytes of a PEM file. The caller wipes them after use.</summary>
    public static byte[] ReadKey(string path)
    {
        var text = System.Text.Encoding.ASCII.GetString(Read(path));
        return PemEncoding.TryFind(text, out var found) && text[found.Label] == KeyLabel
            ? Convert.FromBase64String(text[found.Base64Data])
            : throw new IdentityException($"{path} holds no private key (PKCS#8 PEM); restore it from a backup, or join again with a new token.");
    }

    /// <exception cref="IdentityException">Absent, too large, or open to others.</exception>
    public static byte[] Read(string path)
    {
        try
        {
            using var file = File.OpenHandle(path);
            if (Refusal(path, FileFacts.Of(file), Libc.EffectiveUser()) is { } refusal)
            {
                throw new IdentityException(refusal);
            }

            return ReadAll(path, file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IdentityException($"{path} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Why a key with such an owner and mode must not be used; null when it may.</summary>
    internal static string? Refusal(string path, FileFacts facts, uint user)
    {
        if (facts.Owner != user && facts.Owner != 0)
        {
            return $"{path} belongs to user {facts.Owner}, and this daemon runs as user {user}: somebody else could replace the key. "
                + $"If you trust its content: chown {user} {path}";
        }

        return (facts.Mode & AnybodyElse) == 0
            ? null
            : $"{path} is open to others (mode {Convert.ToString((int)facts.Mode, 8)}): the key may be known to them. "
                + $"If you are sure that it is not: chmod 600 {path}";
    }

    private static byte[] ReadAll(string path, Microsoft.Win32.SafeHandles.SafeFileHandle file)
    {
        var length = RandomAccess.GetLength(file);
        if (length > MaxBytes)
        {
            throw new IdentityException($"{path} has {length} bytes; a key file has at most {MaxBytes}.");
        }

        var content = new byte[length];
        var read = RandomAccess.Read(file, content, 0);
        return read == length ? content : throw new IdentityException($"{path} changed while it was read; try again.");
    }
}
