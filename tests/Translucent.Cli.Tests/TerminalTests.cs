
namespace Translucent.Cli.Tests;

/// <summary>Tables in terminals of any width.</summary>
public class TerminalTests
{
    [Fact]
    public void Tables_that_are_too_wide_come_in_blocks_that_begin_alike()
    {
        int[] widths = [10, 4, 6, 6, 6]; // with their frames 14 + 7 + 9 + 9 + 9
        Assert.Equal([[0, 1, 2, 3, 4]], Terminal.Blocks(widths, keys: 1, width: 48));
        Assert.Equal([[0, 1, 2, 3], [0, 4]], Terminal.Blocks(widths, keys: 1, width: 47));
        Assert.Equal([[0, 1, 2], [0, 1, 3], [0, 1, 4]], Terminal.Blocks(widths, keys: 2, width: 38));
    }

    [Fact]
    public void A_column_that_fits_no_terminal_leaves_the_table_whole() => Assert.Equal([[0, 1, 2]], Terminal.Blocks([30, 5, 60], keys: 1, width: 80));
}
