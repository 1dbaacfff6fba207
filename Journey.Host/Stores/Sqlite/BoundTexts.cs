using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Journey.Host.Stores.Sqlite;

/// <summary>The texts that a statement of many rows is bound to: SQLite reads them where they are, instead of taking memory for a copy of each.</summary>
internal sealed unsafe class BoundTexts
{
    private const int BlockBytes = 32 * 1024;
    private const int BytesOfCharMax = 3;

    // Pinned, so that what is bound stays where it is; a block that is full is kept as long as what stands in it is bound.
    private readonly List<byte[]> _blocks = [GC.AllocateUninitializedArray<byte>(BlockBytes, pinned: true)];
    private int _block;
    private int _used;

    /// <summary>Nothing is bound any more, or will be bound anew before the next step: the memory is used again.</summary>
    public void Clear() => (_block, _used) = (0, 0);

    public (nint Utf8, int Length) Keep(string text)
    {
        var room = text.Length * BytesOfCharMax;
        while (_blocks[_block].Length - _used < room)
        {
            Next(room);
        }

        var block = _blocks[_block];
        var length = Encoding.UTF8.GetBytes(text, block.AsSpan(_used));
        var utf8 = (nint)Unsafe.AsPointer(ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(block), _used));
        _used += length;
        return (utf8, length);
    }

    private void Next(int room)
    {
        (_block, _used) = (_block + 1, 0);
        if (_block == _blocks.Count)
        {
            _blocks.Add(GC.AllocateUninitializedArray<byte>(Math.Max(BlockBytes, room), pinned: true));
        }
        else if (_blocks[_block].Length < room)
        {
            _blocks[_block] = GC.AllocateUninitializedArray<byte>(room, pinned: true);
        }
    }
}
