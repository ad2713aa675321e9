using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Pryvd.Hosting;

namespace Pryvd.Peers.Identity;

/// <summary>Files of the identity that hold no secret: certificates (PEM), readable by everybody.</summary>
internal static class CertificateFile
{
    public const UnixFileMode Public =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    public static void Write(string path, byte[] der) =>
        DurableFile.Write(path, Encoding.ASCII.GetBytes(PemEncoding.WriteString("CERTIFICATE", der) + "\n"), Public);

    /// <exception cref="IdentityException">The file cannot be read or is no certificate.</exception>
    public static X509Certificate2 Read(string path)
    {
        try
        {
            return X509Certificate2.CreateFromPem(Encoding.ASCII.GetString(ReadBytes(path)));
        }
        catch (CryptographicException e)
        {
            throw new IdentityException($"{path} is not a certificate (PEM); restore it from a backup, or join again with a new token.", e);
        }
    }

    /// <exception cref="IdentityException">The file cannot be read.</exception>
    public static byte[] ReadBytes(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IdentityException($"{path} cannot be read: {e.Message} Restore it from a backup, or join again with a new token.", e);
        }
    }
}
