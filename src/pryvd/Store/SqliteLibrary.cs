using System.Reflection;
using System.Runtime.InteropServices;
using SQLitePCL;

namespace Pryvd.Store;

/// <summary>Binds the provider to the system's SQLite, which the distribution keeps patched.</summary>
internal static class SqliteLibrary
{
    private static readonly string[] SystemNames = ["libsqlite3.so.0", "libsqlite3.so", "libsqlite3.dylib"];

    private static readonly Lazy<bool> Loaded = new(Bind);

    public static void Load() => _ = Loaded.Value;

    private static bool Bind()
    {
        NativeLibrary.SetDllImportResolver(typeof(SQLite3Provider_e_sqlite3).Assembly, Resolve);
        raw.SetProvider(new SQLite3Provider_e_sqlite3());

        // A connection is used by one thread at a time here, and nobody asks how much memory SQLite uses: locks around each call
        // and each allocation would be for nothing.
        Configure(raw.sqlite3_config(raw.SQLITE_CONFIG_MULTITHREAD));
        Configure(raw.sqlite3_config(raw.SQLITE_CONFIG_MEMSTATUS, 0));
        return true;
    }

    private static void Configure(int code)
    {
        if (code != raw.SQLITE_OK)
        {
            throw new StoreException($"SQLite refuses its configuration (code {code}); something else in this process uses it already");
        }
    }

    private static IntPtr Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        foreach (var candidate in SystemNames)
        {
            if (NativeLibrary.TryLoad(candidate, out var handle))
            {
                return handle;
            }
        }

        throw new StoreException(
            $"no SQLite library was found (looked for {string.Join(", ", SystemNames)}); install it, on Debian with: apt-get install libsqlite3-0");
    }
}
