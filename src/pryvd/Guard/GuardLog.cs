using System.Globalization;
using System.Text;

namespace Pryvd.Guard;

/// <summary>What the guard did, in a file of bounded size: when it is full, the last one is kept beside it.</summary>
internal sealed class GuardLog(string path, TimeProvider time)
{
    private const long MostBytes = 1 << 20;

    private readonly Lock _turn = new();

    /// <summary>From any thread. A disk that refuses takes the word, not the guard.</summary>
    public void Say(string what)
    {
        lock (_turn)
        {
            try
            {
                if (new FileInfo(path) is { Exists: true, Length: > MostBytes })
                {
                    File.Move(path, path + ".old", overwrite: true);
                }

                var now = time.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
                File.AppendAllText(path, $"{now} {what}\n", new UTF8Encoding(false));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // The full disk that this tells of is said by what the daemon sees as well.
            }
        }
    }
}
