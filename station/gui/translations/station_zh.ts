<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN">
<context>
    <name>AccountDialog</name>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Role</source>
        <translation>角色</translation>
    </message>
    <message>
        <source>PIN or password</source>
        <translation>PIN 或密码</translation>
    </message>
    <message>
        <source>The same again</source>
        <translation>再次输入</translation>
    </message>
    <message>
        <source>Cancel (Esc)</source>
        <translation>取消 (Esc)</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>The PIN or password stays as it is.</source>
        <translation>PIN 或密码保持不变。</translation>
    </message>
    <message>
        <source>A PIN of at least {0} digits, or a password of at least {1} characters.</source>
        <translation>至少 {0} 位数字的 PIN，或至少 {1} 个字符的密码。</translation>
    </message>
    <message>
        <source>A password of at least {0} characters.</source>
        <translation>至少 {0} 个字符的密码。</translation>
    </message>
    <message>
        <source>Give the account a name.</source>
        <translation>请为账户输入名称。</translation>
    </message>
    <message>
        <source>This PIN or password does not do: {0}</source>
        <translation>此 PIN 或密码不可用：{0}</translation>
    </message>
    <message>
        <source>The two are not the same.</source>
        <translation>两次输入不一致。</translation>
    </message>
    <message>
        <source>Being written</source>
        <translation>正在写入</translation>
    </message>
</context>
<context>
    <name>AccountsTab</name>
    <message>
        <source>The first engineer</source>
        <translation>首个工程师</translation>
    </message>
    <message>
        <source>Another account</source>
        <translation>新增账户</translation>
    </message>
    <message>
        <source>{0} may sign in.</source>
        <translation>{0} 可以登录。</translation>
    </message>
    <message>
        <source>Another role for {0}</source>
        <translation>更改 {0} 的角色</translation>
    </message>
    <message>
        <source>{0} has the role {1} now.</source>
        <translation>{0} 的角色现为 {1}。</translation>
    </message>
    <message>
        <source>Another PIN or password for {0}</source>
        <translation>更改 {0} 的 PIN 或密码</translation>
    </message>
    <message>
        <source>{0} signs in with the new one from now on.</source>
        <translation>{0} 今后使用新的 PIN 或密码登录。</translation>
    </message>
    <message>
        <source>{0} signs in no more. Add the name again to bring the account back.</source>
        <translation>{0} 已不能登录。重新添加该名称即可恢复账户。</translation>
    </message>
    <message>
        <source>may sign in</source>
        <translation>可以登录</translation>
    </message>
    <message>
        <source>deactivated</source>
        <translation>已停用</translation>
    </message>
    <message>
        <source>Choose an account first</source>
        <translation>请先选择账户</translation>
    </message>
    <message>
        <source>Add the name again to bring it back</source>
        <translation>重新添加该名称即可恢复</translation>
    </message>
    <message>
        <source>Accounts</source>
        <translation>账户</translation>
    </message>
    <message>
        <source>There is no account yet: whoever stands here may do everything. With the first one, pages of QA and engineers ask who is there.</source>
        <translation>尚无账户：任何人在此均可执行所有操作。创建首个账户后，质检和工程师页面将要求验证身份。</translation>
    </message>
    <message>
        <source>Create the first engineer…</source>
        <translation>创建首个工程师…</translation>
    </message>
    <message>
        <source>Add…</source>
        <translation>添加…</translation>
    </message>
    <message>
        <source>Role…</source>
        <translation>角色…</translation>
    </message>
    <message>
        <source>New PIN or password…</source>
        <translation>新 PIN 或密码…</translation>
    </message>
    <message>
        <source>Deactivate</source>
        <translation>停用</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Role</source>
        <translation>角色</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Since</source>
        <translation>起始时间</translation>
    </message>
</context>
<context>
    <name>AlarmPanel</name>
    <message>
        <source>Acknowledge (F8)</source>
        <translation>确认 (F8)</translation>
    </message>
    <message>
        <source>The line waits: no part is accepted until somebody acknowledges.</source>
        <translation>产线等待中：有人确认之前不再接收零件。</translation>
    </message>
    <message>
        <source>The line runs on.</source>
        <translation>产线继续运行。</translation>
    </message>
    <message>
        <source>{0} NG parts in a row</source>
        <translation>连续 {0} 个 NG 零件</translation>
    </message>
    <message>
        <source>Put these parts aside. Look at the machine before this station: tool, material, feed. Call the engineer.</source>
        <translation>请将这些零件隔离放置。先检查上游设备：刀具、材料、送料。并呼叫工程师。</translation>
    </message>
    <message>
        <source>{0} parts in a row could not be judged</source>
        <translation>连续 {0} 个零件无法判定</translation>
    </message>
    <message>
        <source>Put these parts aside. Look at lens, light and fixture; wipe the lens. Then present the parts again.</source>
        <translation>请将这些零件隔离放置。检查镜头、光源和夹具；擦拭镜头，然后重新放入零件。</translation>
    </message>
    <message>
        <source>Yield {0} over the last {1} parts</source>
        <translation>最近 {1} 个零件的良率为 {0}</translation>
    </message>
    <message>
        <source>More parts are bad than agreed. Look at the last NG parts for a common defect and call the engineer.</source>
        <translation>不良零件超出约定比例。请查看最近的 NG 零件是否有共同缺陷，并呼叫工程师。</translation>
    </message>
</context>
<context>
    <name>AlignmentPanel</name>
    <message>
        <source>Pictures are judged as they come: the part must always lie in exactly the same place.</source>
        <translation>图像不经对位直接判定：零件必须始终处于完全相同的位置。</translation>
    </message>
    <message>
        <source>The whole picture is matched with the mean good picture, as a template. Quick; for steady light.</source>
        <translation>以良品平均图像为模板，对整幅图像进行匹配。速度快；适用于光照稳定的场合。</translation>
    </message>
    <message>
        <source>Points that both pictures show are matched with one real picture. Ten times slower; for moving shadows.</source>
        <translation>与一幅实拍图像匹配双方共有的特征点。速度慢十倍；适用于阴影变动的场合。</translation>
    </message>
    <message>
        <source>Alignment</source>
        <translation>对位</translation>
    </message>
    <message>
        <source>Largest shift</source>
        <translation>最大平移</translation>
    </message>
    <message>
        <source>Largest rotation</source>
        <translation>最大旋转</translation>
    </message>
    <message>
        <source>Least likeness</source>
        <translation>最低相似度</translation>
    </message>
    <message>
        <source>Least points</source>
        <translation>最少特征点</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>By template (correlation)</source>
        <translation>按模板（相关匹配）</translation>
    </message>
    <message>
        <source>By features</source>
        <translation>按特征点</translation>
    </message>
    <message>
        <source>Of the picture&apos;s width; beyond it the part is on HOLD.</source>
        <translation>以图像宽度计；超出时零件为 HOLD。</translation>
    </message>
    <message>
        <source>Beyond it the part is on HOLD.</source>
        <translation>超出时零件为 HOLD。</translation>
    </message>
    <message>
        <source>Try it on the live picture</source>
        <translation>用实时图像测试</translation>
    </message>
    <message>
        <source>Take this picture as reference</source>
        <translation>将此图像设为参考</translation>
    </message>
</context>
<context>
    <name>CameraSetup</name>
    <message>
        <source>No picture to measure.</source>
        <translation>没有可测量的图像。</translation>
    </message>
    <message>
        <source>{0} · best so far {1} ({2} of it)</source>
        <translation>{0} · 目前最佳 {1}（达到其 {2}）</translation>
    </message>
    <message>
        <source>Live · {0} frames a second</source>
        <translation>实时 · {0} 帧/秒</translation>
    </message>
    <message>
        <source>Live</source>
        <translation>实时</translation>
    </message>
    <message>
        <source>Exposure is right: the range is used and nothing is burnt out.</source>
        <translation>曝光合适：灰度范围利用充分，无过曝。</translation>
    </message>
    <message>
        <source>Too bright: pixels are burnt out. Shorten the exposure, close the aperture or dim the light.</source>
        <translation>过亮：有像素过曝。请缩短曝光时间、缩小光圈或调暗光源。</translation>
    </message>
    <message>
        <source>Nearly too bright: a brighter part will be burnt out. Shorten the exposure a little.</source>
        <translation>接近过亮：更亮的零件会过曝。请略微缩短曝光时间。</translation>
    </message>
    <message>
        <source>Too dark: the upper half of the range is empty. Lengthen the exposure, open the aperture or add light.</source>
        <translation>过暗：灰度范围的上半部分为空。请延长曝光时间、开大光圈或增加光照。</translation>
    </message>
    <message>
        <source>Parts of the picture are quite black. Add light from the side, or lengthen the exposure.</source>
        <translation>图像部分区域全黑。请从侧面补光，或延长曝光时间。</translation>
    </message>
    <message>
        <source>Both burnt out and black: the light is too harsh for any exposure. Use softer light.</source>
        <translation>同时存在过曝和全黑：光线过硬，任何曝光都不合适。请使用更柔和的光源。</translation>
    </message>
    <message>
        <source>Simulated camera: it draws its pictures, so there is no exposure to set.</source>
        <translation>模拟相机：图像由程序绘制，无需设置曝光。</translation>
    </message>
    <message>
        <source>Folder of pictures: they were exposed when they were taken; there is nothing to set.</source>
        <translation>图像文件夹：曝光在拍摄时已确定，无需设置。</translation>
    </message>
    <message>
        <source>Exposure: automatic. For inspection set a fixed one: exposure_ms in [camera.opencv] of config.toml, then start again.</source>
        <translation>曝光：自动。检测时请设为固定值：在 config.toml 的 [camera.opencv] 中设置 exposure_ms，然后重新启动。</translation>
    </message>
    <message>
        <source>Exposure: {0} ms, from exposure_ms in [camera.opencv] of config.toml. Change it there and start again; video files and network streams ignore it.</source>
        <translation>曝光：{0} ms，取自 config.toml 中 [camera.opencv] 的 exposure_ms。请在该处修改后重新启动；视频文件和网络流不使用此设置。</translation>
    </message>
    <message>
        <source>Brightness</source>
        <translation>亮度</translation>
    </message>
    <message>
        <source>Focus</source>
        <translation>对焦</translation>
    </message>
    <message>
        <source>Exposure setting</source>
        <translation>曝光设置</translation>
    </message>
    <message>
        <source>Forget the best</source>
        <translation>清除最佳值</translation>
    </message>
    <message>
        <source>Start again after the scene has changed: only values of one scene can be compared.</source>
        <translation>场景改变后请重新开始：只有同一场景的数值才可比较。</translation>
    </message>
    <message>
        <source>Mean of 255</source>
        <translation>均值（满值 255）</translation>
    </message>
    <message>
        <source>Black (at 0)</source>
        <translation>全黑（0）</translation>
    </message>
    <message>
        <source>White (at 255)</source>
        <translation>全白（255）</translation>
    </message>
    <message>
        <source>Turn the lens until the bar is longest; the mark stays at the best so far.</source>
        <translation>转动镜头直至条形最长；标记停留在目前最佳值处。</translation>
    </message>
    <message>
        <source>No live picture. Start the line, or open the camera alone above.</source>
        <translation>没有实时图像。请启动产线，或在上方单独打开相机。</translation>
    </message>
    <message>
        <source>Camera</source>
        <translation>相机</translation>
    </message>
</context>
<context>
    <name>ChallengePanel</name>
    <message>
        <source>✓ as expected</source>
        <translation>✓ 符合预期</translation>
    </message>
    <message>
        <source>✗ wrong</source>
        <translation>✗ 不符</translation>
    </message>
    <message>
        <source>Go on with production (F10)</source>
        <translation>继续生产 (F10)</translation>
    </message>
    <message>
        <source>Close (F10)</source>
        <translation>关闭 (F10)</translation>
    </message>
    <message>
        <source>The line is stopped: start it (F5)</source>
        <translation>产线已停止：请启动 (F5)</translation>
    </message>
    <message>
        <source>Run again (Space)</source>
        <translation>重新检测 (空格)</translation>
    </message>
    <message>
        <source>Run this part (Space)</source>
        <translation>检测此零件 (空格)</translation>
    </message>
    <message>
        <source>An engineer must sign in for this</source>
        <translation>此操作需工程师登录</translation>
    </message>
    <message>
        <source>The line is stopped: start it (F5).</source>
        <translation>产线已停止：请启动 (F5)。</translation>
    </message>
    <message>
        <source>All challenge parts were judged as expected. Take the last one out, then go on.</source>
        <translation>所有挑战件的判定均符合预期。请取出最后一件，然后继续。</translation>
    </message>
    <message>
        <source>A part was not judged as expected. Wipe lens and part, run them again; call the engineer if it stays so.</source>
        <translation>有零件的判定不符合预期。请擦拭镜头和零件后重新检测；若仍不符，请呼叫工程师。</translation>
    </message>
    <message>
        <source>Production stays locked. Wipe lens and part, check light and position, then run the parts again from the first one.</source>
        <translation>生产保持锁定。请擦拭镜头和零件，检查光源和位置，然后从第一件开始重新检测。</translation>
    </message>
    <message>
        <source>Last time: {0}. Present part “{1}” now.</source>
        <translation>上次：{0}。现在请放入零件“{1}”。</translation>
    </message>
    <message>
        <source>Present part “{0}” now.</source>
        <translation>现在请放入零件“{0}”。</translation>
    </message>
    <message>
        <source>Challenge parts</source>
        <translation>挑战件</translation>
    </message>
    <message>
        <source>Part</source>
        <translation>零件</translation>
    </message>
    <message>
        <source>Expected</source>
        <translation>预期</translation>
    </message>
    <message>
        <source>Judged</source>
        <translation>判定结果</translation>
    </message>
    <message>
        <source>Reason, if production must run without them</source>
        <translation>若必须跳过挑战件进行生产，请填写原因</translation>
    </message>
    <message>
        <source>Override (engineer)</source>
        <translation>强制放行（工程师）</translation>
    </message>
</context>
<context>
    <name>ChartsPage</name>
    <message>
        <source>Counting…</source>
        <translation>正在统计…</translation>
    </message>
    <message>
        <source>There is no part to export in this choice.</source>
        <translation>当前选择中没有可导出的零件。</translation>
    </message>
    <message>
        <source>Not counted. Press Refresh.</source>
        <translation>未统计。请按“刷新”。</translation>
    </message>
    <message>
        <source>No part was recorded in this period.</source>
        <translation>此时段没有零件记录。</translation>
    </message>
    <message>
        <source>No NG part in this period.</source>
        <translation>此时段没有 NG 零件。</translation>
    </message>
    <message>
        <source>No part with a verdict in this period.</source>
        <translation>此时段没有已判定的零件。</translation>
    </message>
    <message>
        <source>No part with a score in this period.</source>
        <translation>此时段没有带得分的零件。</translation>
    </message>
    <message>
        <source>No OK part with a score in this period.</source>
        <translation>此时段没有带得分的 OK 零件。</translation>
    </message>
    <message>
        <source>The parts could not be counted: {0}</source>
        <translation>无法统计零件：{0}</translation>
    </message>
    <message>
        <source>(none)</source>
        <translation>（无）</translation>
    </message>
    <message>
        <source>all</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>{0} version {1}</source>
        <translation>{0} 版本 {1}</translation>
    </message>
    <message>
        <source>&amp;Period</source>
        <translation>时段(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Model</source>
        <translation>模型(&amp;M)</translation>
    </message>
    <message>
        <source>&amp;Subgroups</source>
        <translation>子组(&amp;S)</translation>
    </message>
    <message>
        <source>today</source>
        <translation>今天</translation>
    </message>
    <message>
        <source>this shift</source>
        <translation>本班次</translation>
    </message>
    <message>
        <source>this lot</source>
        <translation>本批次</translation>
    </message>
    <message>
        <source>7 days</source>
        <translation>7 天</translation>
    </message>
    <message>
        <source>30 days</source>
        <translation>30 天</translation>
    </message>
    <message>
        <source>{0} parts</source>
        <translation>{0} 个零件</translation>
    </message>
    <message>
        <source>automatic</source>
        <translation>自动</translation>
    </message>
    <message>
        <source>by the hour</source>
        <translation>按小时</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Refresh</source>
        <translation>刷新</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>导出…</translation>
    </message>
    <message>
        <source>NG parts</source>
        <translation>NG 零件</translation>
    </message>
    <message>
        <source>by mode</source>
        <translation>按缺陷类型</translation>
    </message>
    <message>
        <source>by position</source>
        <translation>按位置</translation>
    </message>
    <message>
        <source>Share of NG (p-chart)</source>
        <translation>NG 率（p 控制图）</translation>
    </message>
    <message>
        <source>Scores: ■ not reviewed ▨ OK ▩ NG</source>
        <translation>得分：■ 未复判 ▨ OK ▩ NG</translation>
    </message>
    <message>
        <source>log</source>
        <translation>对数</translation>
    </message>
    <message>
        <source>Logarithmic axis of counts, so that single parts can be seen</source>
        <translation>计数轴采用对数刻度，便于看清单个零件</translation>
    </message>
    <message>
        <source>Scores of OK parts (EWMA, λ = {0})</source>
        <translation>OK 零件得分（EWMA，λ = {0}）</translation>
    </message>
    <message>
        <source>A click on a bar or point, or arrow keys and Enter, lists its parts</source>
        <translation>单击柱条或数据点，或按方向键和 Enter，可列出相应零件</translation>
    </message>
    <message>
        <source>Can the verdicts be trusted?</source>
        <translation>判定是否可信？</translation>
    </message>
    <message>
        <source>Shifts and lots</source>
        <translation>班次与批次</translation>
    </message>
    <message>
        <source>Shift from</source>
        <translation>班次开始</translation>
    </message>
    <message>
        <source>Lot</source>
        <translation>批次</translation>
    </message>
    <message>
        <source>Parts</source>
        <translation>零件</translation>
    </message>
    <message>
        <source>Yield</source>
        <translation>良率</translation>
    </message>
    <message>
        <source>NG</source>
        <translation>NG</translation>
    </message>
    <message>
        <source>Charts</source>
        <translation>图表</translation>
    </message>
</context>
<context>
    <name>CommentDialog</name>
    <message>
        <source>Comment</source>
        <translation>备注</translation>
    </message>
    <message>
        <source>The part is</source>
        <translation>该零件</translation>
    </message>
    <message>
        <source>Save (Ctrl+Enter)</source>
        <translation>保存 (Ctrl+Enter)</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>{0} of {1} characters</source>
        <translation>{0} / {1} 个字符</translation>
    </message>
</context>
<context>
    <name>ConfirmBar</name>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>Counters</name>
    <message>
        <source>Parts of the lot</source>
        <translation>本批次零件数</translation>
    </message>
    <message>
        <source>Shift {0}</source>
        <translation>班次 {0}</translation>
    </message>
    <message>
        <source>Yield</source>
        <translation>良率</translation>
    </message>
    <message>
        <source>Shift (F6)</source>
        <translation>班次 (F6)</translation>
    </message>
    <message>
        <source>Count the shift instead of the lot</source>
        <translation>改为按班次计数</translation>
    </message>
    <message>
        <source>Lot (F6)</source>
        <translation>批次 (F6)</translation>
    </message>
    <message>
        <source>Count the lot instead of the shift</source>
        <translation>改为按批次计数</translation>
    </message>
</context>
<context>
    <name>DriftTab</name>
    <message>
        <source>The records are being read.</source>
        <translation>正在读取记录。</translation>
    </message>
    <message>
        <source>Too few parts yet: the first {0} parts of a model version are what later ones are compared with, {1} at least at a time.</source>
        <translation>零件数仍不足：以每个模型版本的前 {0} 个零件为基准与后续零件比较，每次至少 {1} 个。</translation>
    </message>
    <message>
        <source>No drift: the newest parts score and look as the first ones of this model version did.</source>
        <translation>无漂移：最新零件的得分和外观与此模型版本最初的零件一致。</translation>
    </message>
    <message>
        <source>Some drift. Look at the lens, the light and the fixture, and run the challenge parts; then look again.</source>
        <translation>轻微漂移。请检查镜头、光源和夹具，并检测挑战件；然后再次查看。</translation>
    </message>
    <message>
        <source>Large drift: good parts look different and score differently. Clean the lens, check light, focus and fixture, and run the challenge parts before you trust the verdicts. If the parts themselves are new, teach a new version.</source>
        <translation>大幅漂移：良品的外观和得分均已变化。请清洁镜头，检查光源、对焦和夹具，并检测挑战件，之后再采信判定。若零件本身有变更，请示教新版本。</translation>
    </message>
    <message>
        <source>Large drift of the picture: parts judged OK look different, though their scores hardly do. Check light, focus and fixture; a defect may be judged differently now.</source>
        <translation>图像大幅漂移：判为 OK 的零件外观已变化，但得分几乎未变。请检查光源、对焦和夹具；目前对缺陷的判定可能已有变化。</translation>
    </message>
    <message>
        <source>Large drift of the scores, while good parts look as before. More defects, or another mix of parts? Review some of the newest parts before you move a threshold.</source>
        <translation>得分大幅漂移，但良品外观与之前一致。是缺陷增多，还是零件构成改变？调整阈值前请先复判部分最新零件。</translation>
    </message>
    <message>
        <source>{0} {1} ({2}; by chance up to {3})</source>
        <translation>{0} {1}（{2}；随机波动最大 {3}）</translation>
    </message>
    <message>
        <source>Newest {0} parts, until {1}, {2} version {3}</source>
        <translation>最新 {0} 个零件，截至 {1}，{2} 版本 {3}</translation>
    </message>
    <message>
        <source>PSI of the scores</source>
        <translation>得分 PSI</translation>
    </message>
    <message>
        <source>shift of the picture: too few OK parts to tell</source>
        <translation>图像偏移：OK 零件过少，无法判断</translation>
    </message>
    <message>
        <source>shift of the picture</source>
        <translation>图像偏移</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>some</source>
        <translation>轻微</translation>
    </message>
    <message>
        <source>large</source>
        <translation>大幅</translation>
    </message>
    <message>
        <source>version {0}</source>
        <translation>版本 {0}</translation>
    </message>
    <message>
        <source>By {0} parts</source>
        <translation>每 {0} 个零件</translation>
    </message>
    <message>
        <source>By day</source>
        <translation>按天</translation>
    </message>
    <message>
        <source>Look again</source>
        <translation>再次查看</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Each point is a batch of parts against the first {0} of its model version. Dotted: what chance alone does in 19 of 20 batches.</source>
        <translation>每个点为一组零件与其模型版本前 {0} 个零件的比较。虚线：20 组中有 19 组的纯随机波动不超过此线。</translation>
    </message>
</context>
<context>
    <name>EventsPage</name>
    <message>
        <source>Events</source>
        <translation>事件</translation>
    </message>
    <message>
        <source>Events {0} to {1} of {2}</source>
        <translation>事件 {0} 至 {1}，共 {2} 条</translation>
    </message>
    <message>
        <source>There are no older ones</source>
        <translation>没有更早的事件</translation>
    </message>
    <message>
        <source>These are the newest</source>
        <translation>已是最新事件</translation>
    </message>
    <message>
        <source>Event {0} · {1}</source>
        <translation>事件 {0} · {1}</translation>
    </message>
    <message>
        <source>When: {0}</source>
        <translation>时间：{0}</translation>
    </message>
    <message>
        <source>Who: {0}</source>
        <translation>人员：{0}</translation>
    </message>
    <message>
        <source>nobody had signed in</source>
        <translation>无人登录</translation>
    </message>
    <message>
        <source>Hash: {0}</source>
        <translation>哈希：{0}</translation>
    </message>
    <message>
        <source>Hash of the one before: {0}</source>
        <translation>前一条的哈希：{0}</translation>
    </message>
    <message>
        <source>This event was changed after it was written: it no longer gives its own hash.</source>
        <translation>此事件写入后被修改：内容与其哈希不再相符。</translation>
    </message>
    <message>
        <source>Every hash is computed again…</source>
        <translation>正在重新计算所有哈希…</translation>
    </message>
    <message>
        <source>Export the events that are filtered</source>
        <translation>导出筛选出的事件</translation>
    </message>
    <message>
        <source>CSV (*.csv)</source>
        <translation>CSV (*.csv)</translation>
    </message>
    <message>
        <source>The events are being written…</source>
        <translation>正在写入事件…</translation>
    </message>
    <message>
        <source>{0} events in {1}</source>
        <translation>{0} 条事件已写入 {1}</translation>
    </message>
    <message>
        <source>✓ {0} events, unbroken. Hash of the last one: {1}</source>
        <translation>✓ {0} 条事件，链完整。最后一条的哈希：{1}</translation>
    </message>
    <message>
        <source>✗ Event {0} is broken: it was changed, or one before it is gone. The {1} events before it are unbroken.</source>
        <translation>✗ 事件 {0} 已破坏：被修改，或其前面的事件缺失。之前的 {1} 条事件完整。</translation>
    </message>
    <message>
        <source>Cancelled.</source>
        <translation>已取消。</translation>
    </message>
    <message>
        <source>Every kind</source>
        <translation>所有类型</translation>
    </message>
    <message>
        <source>Everybody</source>
        <translation>所有人员</translation>
    </message>
    <message>
        <source>At any time</source>
        <translation>任意时间</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>今天</translation>
    </message>
    <message>
        <source>Last 7 days</source>
        <translation>最近 7 天</translation>
    </message>
    <message>
        <source>Last 30 days</source>
        <translation>最近 30 天</translation>
    </message>
    <message>
        <source>Chosen days</source>
        <translation>指定日期</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>Who</source>
        <translation>人员</translation>
    </message>
    <message>
        <source>When</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>First day</source>
        <translation>起始日期</translation>
    </message>
    <message>
        <source>Last day</source>
        <translation>结束日期</translation>
    </message>
    <message>
        <source>◀ Newer</source>
        <translation>◀ 较新</translation>
    </message>
    <message>
        <source>Older ▶</source>
        <translation>较早 ▶</translation>
    </message>
    <message>
        <source>Verify</source>
        <translation>校验</translation>
    </message>
    <message>
        <source>Compute every hash again: an event that was changed or taken out shows</source>
        <translation>重新计算所有哈希：可发现被修改或删除的事件</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>导出…</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>No event fits these filters.</source>
        <translation>没有符合筛选条件的事件。</translation>
    </message>
    <message>
        <source>What</source>
        <translation>内容</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>详情</translation>
    </message>
</context>
<context>
    <name>ExportDialog</name>
    <message>
        <source>Written: {0}, {1} pages.</source>
        <translation>已写入：{0}，{1} 页。</translation>
    </message>
    <message>
        <source>Written: {0}, {1} parts.</source>
        <translation>已写入：{0}，{1} 个零件。</translation>
    </message>
    <message>
        <source>Written: {0}, {1} parts, {2} rows.</source>
        <translation>已写入：{0}，{1} 个零件，{2} 行。</translation>
    </message>
    <message>
        <source>Left out: {0}.</source>
        <translation>已略去：{0}。</translation>
    </message>
    <message>
        <source>not reviewed</source>
        <translation>未复判</translation>
    </message>
    <message>
        <source>reviewed as unsure</source>
        <translation>复判为不确定</translation>
    </message>
    <message>
        <source>without vectors</source>
        <translation>无向量</translation>
    </message>
    <message>
        <source>challenge parts</source>
        <translation>挑战件</translation>
    </message>
    <message>
        <source>Cancelled; nothing was written.</source>
        <translation>已取消；未写入任何内容。</translation>
    </message>
    <message>
        <source>The filter lets no part through.</source>
        <translation>没有零件符合筛选条件。</translation>
    </message>
    <message>
        <source>Say where to write.</source>
        <translation>请指定写入位置。</translation>
    </message>
    <message>
        <source>There is something at this place already; choose another name.</source>
        <translation>此位置已有同名内容；请使用其他名称。</translation>
    </message>
    <message>
        <source>counting…</source>
        <translation>正在统计…</translation>
    </message>
    <message>
        <source>{0} parts</source>
        <translation>{0} 个零件</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>Export the filtered parts</source>
        <translation>导出筛选出的零件</translation>
    </message>
    <message>
        <source>Table (CSV)</source>
        <translation>表格 (CSV)</translation>
    </message>
    <message>
        <source>Training data (Parquet)</source>
        <translation>训练数据 (Parquet)</translation>
    </message>
    <message>
        <source>Report (PDF)</source>
        <translation>报告 (PDF)</translation>
    </message>
    <message>
        <source>marked as UTF-8 for Excel</source>
        <translation>标记为 UTF-8 以供 Excel 使用</translation>
    </message>
    <message>
        <source>also parts without a review, by the station&apos;s verdict</source>
        <translation>包括未复判的零件，以检测站判定为准</translation>
    </message>
    <message>
        <source>An escape among them teaches as good; the column labelled_by tells them apart.</source>
        <translation>其中的漏检会被当作良品学习；可由 labelled_by 列区分。</translation>
    </message>
    <message>
        <source>pictures of at most</source>
        <translation>图像最多包含</translation>
    </message>
    <message>
        <source>no part</source>
        <translation>0 个零件</translation>
    </message>
    <message>
        <source>&amp;Write to</source>
        <translation>写入到(&amp;W)</translation>
    </message>
    <message>
        <source>Browse…</source>
        <translation>浏览…</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>打开文件夹</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>FilterBar</name>
    <message>
        <source>A second opinion is sought among the parts of other reviewers: enter your name below first.</source>
        <translation>第二人复判须从其他复判人的零件中选取：请先在下方输入您的姓名。</translation>
    </message>
    <message>
        <source>Score “{0}” is no number.</source>
        <translation>得分“{0}”不是数字。</translation>
    </message>
    <message>
        <source>counting…</source>
        <translation>正在统计…</translation>
    </message>
    <message>
        <source>more than {0} found</source>
        <translation>找到 {0} 个以上</translation>
    </message>
    <message>
        <source>{0} found</source>
        <translation>找到 {0} 个</translation>
    </message>
    <message>
        <source>Write the listed parts to files</source>
        <translation>将列出的零件写入文件</translation>
    </message>
    <message>
        <source>No part is listed that could be written</source>
        <translation>列表中没有可写入的零件</translation>
    </message>
    <message>
        <source>List every part again</source>
        <translation>重新列出所有零件</translation>
    </message>
    <message>
        <source>No filter is set</source>
        <translation>未设置筛选条件</translation>
    </message>
    <message>
        <source>Not reviewed</source>
        <translation>未复判</translation>
    </message>
    <message>
        <source>Reviewed</source>
        <translation>已复判</translation>
    </message>
    <message>
        <source>Truly OK</source>
        <translation>实际 OK</translation>
    </message>
    <message>
        <source>Truly NG</source>
        <translation>实际 NG</translation>
    </message>
    <message>
        <source>Unsure</source>
        <translation>不确定</translation>
    </message>
    <message>
        <source>Escapes</source>
        <translation>漏检</translation>
    </message>
    <message>
        <source>Overkill</source>
        <translation>误判</translation>
    </message>
    <message>
        <source>Reviewers disagree</source>
        <translation>复判人意见不一致</translation>
    </message>
    <message>
        <source>Needs a second opinion</source>
        <translation>需第二人复判</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>今天</translation>
    </message>
    <message>
        <source>Yesterday</source>
        <translation>昨天</translation>
    </message>
    <message>
        <source>Last 7 days</source>
        <translation>最近 7 天</translation>
    </message>
    <message>
        <source>Last 30 days</source>
        <translation>最近 30 天</translation>
    </message>
    <message>
        <source>Between…</source>
        <translation>时间段…</translation>
    </message>
    <message>
        <source>Without a name</source>
        <translation>未命名</translation>
    </message>
    <message>
        <source>Any time</source>
        <translation>任意时间</translation>
    </message>
    <message>
        <source>Any review</source>
        <translation>任意复判</translation>
    </message>
    <message>
        <source>All kinds</source>
        <translation>所有类型</translation>
    </message>
    <message>
        <source>Parts</source>
        <translation>零件</translation>
    </message>
    <message>
        <source>Challenge parts</source>
        <translation>挑战件</translation>
    </message>
    <message>
        <source>Looks like: any</source>
        <translation>疑似缺陷：全部</translation>
    </message>
    <message>
        <source>True mode: any</source>
        <translation>实际缺陷类型：全部</translation>
    </message>
    <message>
        <source>Any model</source>
        <translation>全部模型</translation>
    </message>
    <message>
        <source>Lot</source>
        <translation>批次</translation>
    </message>
    <message>
        <source>Serial</source>
        <translation>序列号</translation>
    </message>
    <message>
        <source>Score from</source>
        <translation>得分下限</translation>
    </message>
    <message>
        <source>Score up to</source>
        <translation>得分上限</translation>
    </message>
    <message>
        <source>The whole name of a lot (Ctrl+F)</source>
        <translation>批次的完整名称 (Ctrl+F)</translation>
    </message>
    <message>
        <source>How the serial number begins</source>
        <translation>序列号的开头部分</translation>
    </message>
    <message>
        <source>When the part was taken</source>
        <translation>零件拍摄时间</translation>
    </message>
    <message>
        <source>Taken at this time or later</source>
        <translation>在此时间或之后拍摄</translation>
    </message>
    <message>
        <source>Taken before this time</source>
        <translation>在此时间之前拍摄</translation>
    </message>
    <message>
        <source>What reviewers said; the newest review counts</source>
        <translation>复判人的结论；以最新复判为准</translation>
    </message>
    <message>
        <source>Production parts or challenge parts</source>
        <translation>生产零件或挑战件</translation>
    </message>
    <message>
        <source>The defect that the station named</source>
        <translation>检测站给出的缺陷</translation>
    </message>
    <message>
        <source>The defect mode that the newest review names</source>
        <translation>最新复判给出的缺陷类型</translation>
    </message>
    <message>
        <source>The model version that judged</source>
        <translation>执行判定的模型版本</translation>
    </message>
    <message>
        <source>Only OK parts that were drawn at random for review</source>
        <translation>仅随机抽取用于复判的 OK 零件</translation>
    </message>
    <message>
        <source>Only parts with this verdict; several add up</source>
        <translation>仅显示此判定的零件；可多选</translation>
    </message>
    <message>
        <source>Sampled</source>
        <translation>抽样</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>清除</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>导出…</translation>
    </message>
</context>
<context>
    <name>Findings</name>
    <message>
        <source>No part was judged by both yet.</source>
        <translation>尚无双方均已判定的零件。</translation>
    </message>
    <message>
        <source>Both give every part the same verdict.</source>
        <translation>双方对所有零件的判定均相同。</translation>
    </message>
    <message>
        <source>version {0}: {1}</source>
        <translation>版本 {0}：{1}</translation>
    </message>
    <message>
        <source>Version {0} against what judged on the line ({1} parts)</source>
        <translation>版本 {0} 与产线判定的对比（{1} 个零件）</translation>
    </message>
    <message>
        <source>Verdicts differ on {0} of {1} parts: {2} (95 %: {3}).</source>
        <translation>{1} 个零件中有 {0} 个判定不同：{2}（95 %：{3}）。</translation>
    </message>
    <message>
        <source>None of these parts was reviewed, so nobody can say which of the two is right. Review those on which they differ.</source>
        <translation>这些零件均未复判，无法确定哪一方正确。请复判双方判定不同的零件。</translation>
    </message>
    <message>
        <source>{0} parts have no review that says OK or NG; they count in the table only.</source>
        <translation>{0} 个零件没有 OK 或 NG 的复判结果；仅计入表格。</translation>
    </message>
    <message>
        <source>The newest {0} of {1} disagreements are listed.</source>
        <translation>共 {1} 个不一致，列出最新的 {0} 个。</translation>
    </message>
    <message>
        <source>Escapes, on {0} truly NG parts:</source>
        <translation>漏检，基于 {0} 个实际 NG 零件：</translation>
    </message>
    <message>
        <source>Overkill, on {0} truly OK parts:</source>
        <translation>误判，基于 {0} 个实际 OK 零件：</translation>
    </message>
    <message>
        <source>the candidate is better (p = {0}).</source>
        <translation>候选模型更好 (p = {0})。</translation>
    </message>
    <message>
        <source>the candidate is worse (p = {0}).</source>
        <translation>候选模型更差 (p = {0})。</translation>
    </message>
    <message>
        <source>no evidence of a difference (p = {0}).</source>
        <translation>无证据表明存在差异 (p = {0})。</translation>
    </message>
    <message>
        <source>Wrong: {0} of the line, {1} of the candidate; {2} by the line alone, {3} by the candidate alone.</source>
        <translation>错误：产线 {0} 个，候选模型 {1} 个；仅产线错误 {2} 个，仅候选模型错误 {3} 个。</translation>
    </message>
    <message>
        <source>Change: {0} % (95 %: {1} to {2} %).</source>
        <translation>变化：{0} %（95 %：{1} 至 {2} %）。</translation>
    </message>
    <message>
        <source>On the line, version {0}: {1}, score {2}</source>
        <translation>产线，版本 {0}：{1}，得分 {2}</translation>
    </message>
    <message>
        <source>Candidate: {0}, score {1}</source>
        <translation>候选模型：{0}，得分 {1}</translation>
    </message>
    <message>
        <source>Part</source>
        <translation>零件</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Lot</source>
        <translation>批次</translation>
    </message>
    <message>
        <source>Line</source>
        <translation>产线</translation>
    </message>
    <message>
        <source>Candidate</source>
        <translation>候选模型</translation>
    </message>
    <message>
        <source>Scores</source>
        <translation>得分</translation>
    </message>
    <message>
        <source>Review</source>
        <translation>复判</translation>
    </message>
    <message>
        <source>Parts on which the two differ</source>
        <translation>双方判定不同的零件</translation>
    </message>
    <message>
        <source>Parts by verdict: the line&apos;s downwards, the candidate&apos;s across</source>
        <translation>按判定统计的零件：纵向为产线，横向为候选模型</translation>
    </message>
    <message>
        <source>The pictures of this part are no longer on disk.</source>
        <translation>此零件的图像已不在磁盘上。</translation>
    </message>
</context>
<context>
    <name>LastPart</name>
    <message>
        <source>The pictures of this part are no longer on disk.</source>
        <translation>此零件的图像已不在磁盘上。</translation>
    </message>
    <message>
        <source>No picture of this part.</source>
        <translation>此零件没有图像。</translation>
    </message>
    <message>
        <source>Part {0}</source>
        <translation>零件 {0}</translation>
    </message>
    <message>
        <source>score {0}</source>
        <translation>得分 {0}</translation>
    </message>
    <message>
        <source>Last part</source>
        <translation>上一零件</translation>
    </message>
    <message>
        <source>The last inspected part appears here.</source>
        <translation>最近检测的零件显示在此处。</translation>
    </message>
</context>
<context>
    <name>LineHeader</name>
    <message>
        <source>{0} is neither a lot ({1}) nor a serial ({2})</source>
        <translation>{0} 既不是批次（{1}），也不是序列号（{2}）</translation>
    </message>
    <message>
        <source>Stop (F5)</source>
        <translation>停止 (F5)</translation>
    </message>
    <message>
        <source>Start (F5)</source>
        <translation>启动 (F5)</translation>
    </message>
    <message>
        <source>The line is stopped: start it (F5).</source>
        <translation>产线已停止：请启动 (F5)。</translation>
    </message>
    <message>
        <source>Judge the part under the lens</source>
        <translation>判定镜头下的零件</translation>
    </message>
    <message>
        <source>End lot (F2)</source>
        <translation>结束批次 (F2)</translation>
    </message>
    <message>
        <source>Start lot (F2)</source>
        <translation>开始批次 (F2)</translation>
    </message>
    <message>
        <source>&amp;Lot</source>
        <translation>批次(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Operator</source>
        <translation>操作员(&amp;O)</translation>
    </message>
    <message>
        <source>Se&amp;rial</source>
        <translation>序列号(&amp;R)</translation>
    </message>
    <message>
        <source>Serial of the next part (F3), typed or scanned</source>
        <translation>下一零件的序列号 (F3)，手动输入或扫描</translation>
    </message>
    <message>
        <source>Challenge (F10)</source>
        <translation>挑战件 (F10)</translation>
    </message>
    <message>
        <source>Run the known parts that test the station</source>
        <translation>用已知零件检验检测站</translation>
    </message>
    <message>
        <source>Sound on (F7)</source>
        <translation>打开声音 (F7)</translation>
    </message>
    <message>
        <source>Mute (F7)</source>
        <translation>静音 (F7)</translation>
    </message>
    <message>
        <source>Inspect (Space)</source>
        <translation>检测 (空格)</translation>
    </message>
</context>
<context>
    <name>LinePage</name>
    <message>
        <source>Put aside</source>
        <translation>隔离放置</translation>
    </message>
    <message>
        <source>RETEST twice: QA decides</source>
        <translation>两次 RETEST：由质检决定</translation>
    </message>
    <message>
        <source>Ready</source>
        <translation>就绪</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>已停止</translation>
    </message>
    <message>
        <source>{0} parts · yield {1}</source>
        <translation>{0} 个零件 · 良率 {1}</translation>
    </message>
    <message>
        <source>Lot {0} ended</source>
        <translation>批次 {0} 已结束</translation>
    </message>
    <message>
        <source>Part {0}</source>
        <translation>零件 {0}</translation>
    </message>
    <message>
        <source>Challenge part {0}</source>
        <translation>挑战件 {0}</translation>
    </message>
    <message>
        <source>Part {0}, second look at part {1}</source>
        <translation>零件 {0}，零件 {1} 的复测</translation>
    </message>
    <message>
        <source>Live</source>
        <translation>实时</translation>
    </message>
    <message>
        <source>No live picture: the line is stopped or the camera gives none.</source>
        <translation>没有实时图像：产线已停止或相机未提供图像。</translation>
    </message>
    <message>
        <source>The last twenty parts appear here.</source>
        <translation>最近二十个零件显示在此处。</translation>
    </message>
    <message>
        <source>Line</source>
        <translation>产线</translation>
    </message>
</context>
<context>
    <name>ModeDialog</name>
    <message>
        <source>Truly NG</source>
        <translation>实际 NG</translation>
    </message>
    <message>
        <source>Which defect do these {0} parts have? Press its number.</source>
        <translation>这 {0} 个零件是什么缺陷？请按对应数字。</translation>
    </message>
    <message>
        <source>Which defect? Press its number.</source>
        <translation>是什么缺陷？请按对应数字。</translation>
    </message>
    <message>
        <source>Defect mode</source>
        <translation>缺陷类型</translation>
    </message>
    <message>
        <source>a defect without a name</source>
        <translation>未命名的缺陷</translation>
    </message>
    <message>
        <source>&amp;Another:</source>
        <translation>其他(&amp;A)：</translation>
    </message>
    <message>
        <source>its name, as the trainer shall learn it</source>
        <translation>缺陷名称，供训练程序学习</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>ModelsPage</name>
    <message>
        <source>The line judges with version {0}</source>
        <translation>产线使用版本 {0} 进行判定</translation>
    </message>
    <message>
        <source>{0}; version {1} is not on line yet</source>
        <translation>{0}；版本 {1} 尚未上线</translation>
    </message>
    <message>
        <source>Model {0}</source>
        <translation>模型 {0}</translation>
    </message>
    <message>
        <source>Versions</source>
        <translation>版本</translation>
    </message>
    <message>
        <source>Thresholds</source>
        <translation>阈值</translation>
    </message>
    <message>
        <source>Candidate on trial</source>
        <translation>试运行中的候选模型</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
</context>
<context>
    <name>PartDetail</name>
    <message>
        <source>Part {0}</source>
        <translation>零件 {0}</translation>
    </message>
    <message>
        <source>Vector of the worst region</source>
        <translation>最差区域的向量</translation>
    </message>
    <message>
        <source>Reviews, newest first</source>
        <translation>复判记录，最新在前</translation>
    </message>
    <message>
        <source>Nobody has reviewed this part.</source>
        <translation>此零件尚未复判。</translation>
    </message>
    <message>
        <source>This part cannot be shown: {0}</source>
        <translation>无法显示此零件：{0}</translation>
    </message>
    <message>
        <source>Judged by recipe {0} revision {1}; this station has {2} revision {3}. Pictures as they were taken, without marks.</source>
        <translation>由配方 {0} 修订 {1} 判定；本检测站为 {2} 修订 {3}。显示拍摄原图，无标记。</translation>
    </message>
    <message>
        <source>The part could not be aligned. Pictures as they were taken, without marks.</source>
        <translation>零件无法对位。显示拍摄原图，无标记。</translation>
    </message>
    <message>
        <source>Not every picture is on disk any more. Pictures as they were taken, without marks.</source>
        <translation>部分图像已不在磁盘上。显示拍摄原图，无标记。</translation>
    </message>
    <message>
        <source>Loading…</source>
        <translation>正在加载…</translation>
    </message>
    <message>
        <source>No part is chosen.</source>
        <translation>未选择零件。</translation>
    </message>
    <message>
        <source>The picture of this view is no longer on disk.</source>
        <translation>此视图的图像已不在磁盘上。</translation>
    </message>
    <message>
        <source>No picture was taken.</source>
        <translation>未拍摄图像。</translation>
    </message>
    <message>
        <source>Picture: {0}</source>
        <translation>图像：{0}</translation>
    </message>
    <message>
        <source>score {0} · OK up to {1} · NG above {2}</source>
        <translation>得分 {0} · OK ≤ {1} · NG &gt; {2}</translation>
    </message>
    <message>
        <source>Taken</source>
        <translation>拍摄时间</translation>
    </message>
    <message>
        <source>Operator</source>
        <translation>操作员</translation>
    </message>
    <message>
        <source>Lot</source>
        <translation>批次</translation>
    </message>
    <message>
        <source>Serial</source>
        <translation>序列号</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>challenge part</source>
        <translation>挑战件</translation>
    </message>
    <message>
        <source>Looks like</source>
        <translation>疑似缺陷</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>{0} version {1} on {2}</source>
        <translation>{0} 版本 {1}，运行于 {2}</translation>
    </message>
    <message>
        <source>Recipe</source>
        <translation>配方</translation>
    </message>
    <message>
        <source>{0} revision {1}</source>
        <translation>{0} 修订 {1}</translation>
    </message>
    <message>
        <source>vector</source>
        <translation>向量</translation>
    </message>
    <message>
        <source>score</source>
        <translation>得分</translation>
    </message>
    <message>
        <source>in all</source>
        <translation>合计</translation>
    </message>
    <message>
        <source>Times</source>
        <translation>耗时</translation>
    </message>
    <message>
        <source>Retest of part {0}</source>
        <translation>零件 {0} 的复测</translation>
    </message>
    <message>
        <source>Shot again as part {0}</source>
        <translation>已重新拍摄为零件 {0}</translation>
    </message>
    <message>
        <source>taken back</source>
        <translation>已撤回</translation>
    </message>
    <message>
        <source>Wheel or + and −: enlarge. Drag or arrow keys: move. Double click or 0: fit.</source>
        <translation>滚轮或 + 和 −：缩放。拖动或方向键：移动。双击或 0：适合窗口。</translation>
    </message>
</context>
<context>
    <name>PartTable</name>
    <message>
        <source>challenge part</source>
        <translation>挑战件</translation>
    </message>
    <message>
        <source>escape</source>
        <translation>漏检</translation>
    </message>
    <message>
        <source>overkill</source>
        <translation>误判</translation>
    </message>
    <message>
        <source>Part {0}</source>
        <translation>零件 {0}</translation>
    </message>
    <message>
        <source>Part</source>
        <translation>零件</translation>
    </message>
    <message>
        <source>Taken</source>
        <translation>拍摄时间</translation>
    </message>
    <message>
        <source>Verdict</source>
        <translation>判定</translation>
    </message>
    <message>
        <source>Score</source>
        <translation>得分</translation>
    </message>
    <message>
        <source>Review</source>
        <translation>复判</translation>
    </message>
    <message>
        <source>Lot</source>
        <translation>批次</translation>
    </message>
    <message>
        <source>Serial</source>
        <translation>序列号</translation>
    </message>
    <message>
        <source>Worst region</source>
        <translation>最差区域</translation>
    </message>
    <message>
        <source>Looks like</source>
        <translation>疑似缺陷</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
</context>
<context>
    <name>PartsPage</name>
    <message>
        <source>{0} parts selected</source>
        <translation>已选择 {0} 个零件</translation>
    </message>
    <message>
        <source>Part {0}, not in the list · Esc: back</source>
        <translation>零件 {0}，不在列表中 · Esc：返回</translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>正在读取…</translation>
    </message>
    <message>
        <source>No part has been judged yet. Parts appear here as soon as the line has recorded them.</source>
        <translation>尚无已判定的零件。产线记录零件后会立即显示在此处。</translation>
    </message>
    <message>
        <source>No part fits this filter. “Clear” lists every part again.</source>
        <translation>没有符合此筛选条件的零件。按“清除”可重新列出所有零件。</translation>
    </message>
    <message>
        <source>Parts</source>
        <translation>零件</translation>
    </message>
</context>
<context>
    <name>PeriodPick</name>
    <message>
        <source>all</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>(no name)</source>
        <translation>（无名称）</translation>
    </message>
    <message>
        <source>From</source>
        <translation>从</translation>
    </message>
    <message>
        <source>To</source>
        <translation>至</translation>
    </message>
    <message>
        <source>Lot</source>
        <translation>批次</translation>
    </message>
</context>
<context>
    <name>PictureCard</name>
    <message>
        <source>Next view (Page Down)</source>
        <translation>下一视图 (Page Down)</translation>
    </message>
</context>
<context>
    <name>PictureSource</name>
    <message>
        <source>Live picture</source>
        <translation>实时图像</translation>
    </message>
    <message>
        <source>Reference picture</source>
        <translation>参考图像</translation>
    </message>
    <message>
        <source>Last recorded part</source>
        <translation>最近记录的零件</translation>
    </message>
    <message>
        <source>Aligned picture (tried)</source>
        <translation>对位后的图像（测试）</translation>
    </message>
</context>
<context>
    <name>PinPad</name>
    <message>
        <source>Empty the field</source>
        <translation>清空输入框</translation>
    </message>
    <message>
        <source>Take the last digit back</source>
        <translation>删除最后一位</translation>
    </message>
</context>
<context>
    <name>RecipeEditor</name>
    <message>
        <source>The picture has {0} × {1} px, the recipe&apos;s view {2} × {3} px.</source>
        <translation>图像为 {0} × {1} px，配方的视图为 {2} × {3} px。</translation>
    </message>
    <message>
        <source>No such picture. Choose another one above, start the line, or open the camera alone.</source>
        <translation>没有此图像。请在上方另选图像、启动产线，或单独打开相机。</translation>
    </message>
    <message>
        <source>grid</source>
        <translation>网格</translation>
    </message>
    <message>
        <source>region</source>
        <translation>区域</translation>
    </message>
    <message>
        <source>There is no live picture: start the line or open the camera alone.</source>
        <translation>没有实时图像：请启动产线或单独打开相机。</translation>
    </message>
    <message>
        <source>The live picture has another size than the recipe&apos;s view.</source>
        <translation>实时图像的尺寸与配方的视图不同。</translation>
    </message>
    <message>
        <source>Aligning…</source>
        <translation>正在对位…</translation>
    </message>
    <message>
        <source>HOLD: {0}</source>
        <translation>HOLD：{0}</translation>
    </message>
    <message>
        <source>✓ Aligned: shifted by {0} and {1} px, turned by {2}°, likeness {3}. The picture shown is the aligned one.</source>
        <translation>✓ 已对位：平移 {0} 和 {1} px，旋转 {2}°，相似度 {3}。当前显示的是对位后的图像。</translation>
    </message>
    <message>
        <source>No picture is shown that could be the reference.</source>
        <translation>当前没有显示可用作参考的图像。</translation>
    </message>
    <message>
        <source>This picture becomes the reference of view {0} when you save.</source>
        <translation>保存后，此图像将成为视图 {0} 的参考。</translation>
    </message>
    <message>
        <source>Nothing has changed.</source>
        <translation>没有更改。</translation>
    </message>
    <message>
        <source>Save as revision {0}</source>
        <translation>保存为修订 {0}</translation>
    </message>
    <message>
        <source>Not saved yet. Comments in the file are lost by saving; revision {0} is kept in the folder history.</source>
        <translation>尚未保存。保存后文件中的注释将丢失；修订 {0} 会保留在 history 文件夹中。</translation>
    </message>
    <message>
        <source>▲ Models taught on the old regions will be refused.</source>
        <translation>▲ 基于旧区域示教的模型将被拒绝。</translation>
    </message>
    <message>
        <source>Binning {1}: regions reach out to whole blocks of pixels.</source>
        <translation>像素合并 {1}：区域会扩展到完整的像素块。</translation>
    </message>
    <message>
        <source>✓ Saved as revision {0}.</source>
        <translation>✓ 已保存为修订 {0}。</translation>
    </message>
    <message>
        <source>The running line keeps revision {0} until it is started again (F5).</source>
        <translation>运行中的产线继续使用修订 {0}，直至重新启动 (F5)。</translation>
    </message>
    <message>
        <source>It is in force from the next start on (F5).</source>
        <translation>下次启动 (F5) 起生效。</translation>
    </message>
    <message>
        <source>▲ Models taught on the old regions will then be refused: teach a new one.</source>
        <translation>▲ 届时基于旧区域示教的模型将被拒绝：请示教新模型。</translation>
    </message>
    <message>
        <source>Revision {0} is in the file; the line runs revision {1} until it is started again (F5).</source>
        <translation>文件中为修订 {0}；产线使用修订 {1}，直至重新启动 (F5)。</translation>
    </message>
    <message>
        <source>Revision {0}, {1} regions.</source>
        <translation>修订 {0}，{1} 个区域。</translation>
    </message>
    <message>
        <source>Select</source>
        <translation>选择</translation>
    </message>
    <message>
        <source>Drag to move; drag an edge or corner to resize. Arrows move by 1 px, with Shift by 10; Del deletes.</source>
        <translation>拖动可移动；拖动边或角可调整大小。方向键移动 1 px，按住 Shift 移动 10 px；Del 删除。</translation>
    </message>
    <message>
        <source>+ Region</source>
        <translation>+ 区域</translation>
    </message>
    <message>
        <source>Drag a new region on the picture.</source>
        <translation>在图像上拖出新区域。</translation>
    </message>
    <message>
        <source>+ Grid</source>
        <translation>+ 网格</translation>
    </message>
    <message>
        <source>Drag the area of a new grid on the picture.</source>
        <translation>在图像上拖出新网格的范围。</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Delete the chosen shape (Del)</source>
        <translation>删除所选形状 (Del)</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>重做</translation>
    </message>
    <message>
        <source>Fit</source>
        <translation>适合窗口</translation>
    </message>
    <message>
        <source>The whole picture; the mouse wheel zooms, the middle button moves the picture.</source>
        <translation>完整图像；滚轮缩放，中键移动图像。</translation>
    </message>
    <message>
        <source>Regions</source>
        <translation>区域</translation>
    </message>
    <message>
        <source>Alignment</source>
        <translation>对位</translation>
    </message>
    <message>
        <source>Trigger</source>
        <translation>触发</translation>
    </message>
    <message>
        <source>Teach a new model…</source>
        <translation>示教新模型…</translation>
    </message>
    <message>
        <source>Discard changes</source>
        <translation>放弃更改</translation>
    </message>
    <message>
        <source>Recipe</source>
        <translation>配方</translation>
    </message>
</context>
<context>
    <name>ReportCard</name>
    <message>
        <source>This version&apos;s report has no pictures.</source>
        <translation>此版本的报告没有图片。</translation>
    </message>
    <message>
        <source>This version has no report page.</source>
        <translation>此版本没有报告页。</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>报告</translation>
    </message>
    <message>
        <source>Open report</source>
        <translation>打开报告</translation>
    </message>
</context>
<context>
    <name>RetestBar</name>
    <message>
        <source>Another part (Esc)</source>
        <translation>换其他零件 (Esc)</translation>
    </message>
    <message>
        <source>Present part {0} again: the next shot is its second look.</source>
        <translation>请再次放入零件 {0}：下一次拍摄为其复测。</translation>
    </message>
</context>
<context>
    <name>ReviewBar</name>
    <message>
        <source>Good: an error of the station if it said otherwise</source>
        <translation>良品：若检测站判定不同，则为检测站判定错误</translation>
    </message>
    <message>
        <source>Defective; the defect is asked for</source>
        <translation>不良品；需选择缺陷</translation>
    </message>
    <message>
        <source>Looked at and undecided; left out of the training</source>
        <translation>已查看但无法确定；不用于训练</translation>
    </message>
    <message>
        <source>Words about the part</source>
        <translation>关于此零件的备注</translation>
    </message>
    <message>
        <source>Take back the review you made last</source>
        <translation>撤回您最近一次复判</translation>
    </message>
    <message>
        <source>No review was made since the window was opened</source>
        <translation>窗口打开后尚未进行复判</translation>
    </message>
    <message>
        <source>Truly OK (O)</source>
        <translation>实际 OK (O)</translation>
    </message>
    <message>
        <source>Truly NG… (N)</source>
        <translation>实际 NG… (N)</translation>
    </message>
    <message>
        <source>Unsure (U)</source>
        <translation>不确定 (U)</translation>
    </message>
    <message>
        <source>Comment… (C)</source>
        <translation>备注… (C)</translation>
    </message>
    <message>
        <source>Take back (Ctrl+Z)</source>
        <translation>撤回 (Ctrl+Z)</translation>
    </message>
    <message>
        <source>Blind (B)</source>
        <translation>盲评 (B)</translation>
    </message>
    <message>
        <source>Hide verdict, score, marks and the opinions of others while judging</source>
        <translation>复判时隐藏判定、得分、标记和他人意见</translation>
    </message>
    <message>
        <source>Revie&amp;wer</source>
        <translation>复判人(&amp;W)</translation>
    </message>
    <message>
        <source>your name</source>
        <translation>您的姓名</translation>
    </message>
</context>
<context>
    <name>Reviewing</name>
    <message>
        <source>A review carries the name of who made it: enter yours below, once.</source>
        <translation>复判需记录复判人姓名：请在下方输入您的姓名，仅需一次。</translation>
    </message>
    <message>
        <source>{0} parts are selected. Review all of them at once, the ones that you have not looked at too?</source>
        <translation>已选择 {0} 个零件。是否一次性全部复判，包括您尚未查看的零件？</translation>
    </message>
    <message>
        <source>Review {0} parts</source>
        <translation>复判 {0} 个零件</translation>
    </message>
    <message>
        <source>Choose a part in the table first</source>
        <translation>请先在表格中选择零件</translation>
    </message>
    <message>
        <source>The part is being loaded: nobody has seen it yet</source>
        <translation>零件正在加载：尚无人看过</translation>
    </message>
</context>
<context>
    <name>SetupPage</name>
    <message>
        <source>Live through the running line, which goes on judging.</source>
        <translation>实时图像来自运行中的产线，判定继续进行。</translation>
    </message>
    <message>
        <source>The line is finishing its parts…</source>
        <translation>产线正在处理剩余零件…</translation>
    </message>
    <message>
        <source>Camera alone: nothing is judged or recorded. The line stays stopped until it is started (F5).</source>
        <translation>仅相机：不判定、不记录。产线保持停止，直至重新启动 (F5)。</translation>
    </message>
    <message>
        <source>No picture: the line is stopped and the camera is closed.</source>
        <translation>无图像：产线已停止，相机已关闭。</translation>
    </message>
    <message>
        <source>Camera: {0}</source>
        <translation>相机：{0}</translation>
    </message>
    <message>
        <source>Stop the line, open the camera alone</source>
        <translation>停止产线，单独打开相机</translation>
    </message>
    <message>
        <source>Close the camera</source>
        <translation>关闭相机</translation>
    </message>
    <message>
        <source>Open the camera</source>
        <translation>打开相机</translation>
    </message>
    <message>
        <source>The line is starting or stopping; wait a moment.</source>
        <translation>产线正在启动或停止；请稍候。</translation>
    </message>
    <message>
        <source>Set-up</source>
        <translation>设置</translation>
    </message>
</context>
<context>
    <name>ShapePanel</name>
    <message>
        <source>{0}  (grid {1} × {2})</source>
        <translation>{0}  (网格 {1} × {2})</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Left</source>
        <translation>左</translation>
    </message>
    <message>
        <source>Top</source>
        <translation>上</translation>
    </message>
    <message>
        <source>Width</source>
        <translation>宽度</translation>
    </message>
    <message>
        <source>Height</source>
        <translation>高度</translation>
    </message>
    <message>
        <source>Rows</source>
        <translation>行数</translation>
    </message>
    <message>
        <source>Columns</source>
        <translation>列数</translation>
    </message>
    <message>
        <source>Cell width</source>
        <translation>单元宽度</translation>
    </message>
    <message>
        <source>Cell height</source>
        <translation>单元高度</translation>
    </message>
    <message>
        <source>Pitch →</source>
        <translation>间距 →</translation>
    </message>
    <message>
        <source>Pitch ↓</source>
        <translation>间距 ↓</translation>
    </message>
</context>
<context>
    <name>SignInDialog</name>
    <message>
        <source>Sign in</source>
        <translation>登录</translation>
    </message>
    <message>
        <source>Who are you?</source>
        <translation>您是哪位？</translation>
    </message>
    <message>
        <source>Cancel (Esc)</source>
        <translation>取消 (Esc)</translation>
    </message>
    <message>
        <source>Name: choose or type</source>
        <translation>名称：选择或输入</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Names</source>
        <translation>名称列表</translation>
    </message>
    <message>
        <source>PIN or password</source>
        <translation>PIN 或密码</translation>
    </message>
    <message>
        <source>This is for engineers.</source>
        <translation>此操作仅限工程师。</translation>
    </message>
    <message>
        <source>This is for QA and engineers.</source>
        <translation>此操作仅限质检和工程师。</translation>
    </message>
    <message>
        <source>The records name who did what.</source>
        <translation>记录中会注明操作人员。</translation>
    </message>
    <message>
        <source>Checking…</source>
        <translation>正在验证…</translation>
    </message>
    <message>
        <source>Name and PIN or password do not belong together. Try again.</source>
        <translation>名称与 PIN 或密码不匹配。请重试。</translation>
    </message>
    <message>
        <source>{0} has the role {1}, and this needs the role {2}.</source>
        <translation>{0} 的角色为 {1}，此操作需要角色 {2}。</translation>
    </message>
    <message>
        <source>Too many wrong tries. Wait {0} s.</source>
        <translation>错误次数过多。请等待 {0} s。</translation>
    </message>
    <message>
        <source>The last try is being looked at, or its pause is not over</source>
        <translation>上次尝试仍在验证中，或等待时间未结束</translation>
    </message>
</context>
<context>
    <name>SimilarStrip</name>
    <message>
        <source>Most similar parts</source>
        <translation>最相似的零件</translation>
    </message>
    <message>
        <source>of {0} parts of this model version</source>
        <translation>共比较此模型版本的 {0} 个零件</translation>
    </message>
    <message>
        <source>Choose a part to see the past parts that look most like it.</source>
        <translation>选择零件，可查看与其最相似的过往零件。</translation>
    </message>
    <message>
        <source>Similar parts cannot be shown: {0}</source>
        <translation>无法显示相似零件：{0}</translation>
    </message>
    <message>
        <source>Preparing the comparison, once a model version: {0} %</source>
        <translation>正在准备比较数据，每个模型版本仅需一次：{0} %</translation>
    </message>
    <message>
        <source>Looking for similar parts…</source>
        <translation>正在查找相似零件…</translation>
    </message>
    <message>
        <source>No embedding: the part was on HOLD, so there is nothing to compare.</source>
        <translation>无嵌入向量：零件为 HOLD，无可比较内容。</translation>
    </message>
    <message>
        <source>No embedding was recorded with this part, so there is nothing to compare.</source>
        <translation>此零件未记录嵌入向量，无可比较内容。</translation>
    </message>
    <message>
        <source>First part of this model version: there is nothing to compare it with yet.</source>
        <translation>此模型版本的首个零件：暂无可比较的零件。</translation>
    </message>
</context>
<context>
    <name>SimilarTile</name>
    <message>
        <source>distance {0}</source>
        <translation>距离 {0}</translation>
    </message>
    <message>
        <source>not reviewed</source>
        <translation>未复判</translation>
    </message>
    <message>
        <source>no review</source>
        <translation>未复判</translation>
    </message>
    <message>
        <source>no picture</source>
        <translation>无图像</translation>
    </message>
    <message>
        <source>Part {0} · lot {1} · serial {2}</source>
        <translation>零件 {0} · 批次 {1} · 序列号 {2}</translation>
    </message>
</context>
<context>
    <name>StationPage</name>
    <message>
        <source>Station</source>
        <translation>检测站</translation>
    </message>
    <message>
        <source>Times</source>
        <translation>耗时</translation>
    </message>
    <message>
        <source>Drift</source>
        <translation>漂移</translation>
    </message>
    <message>
        <source>Accounts</source>
        <translation>账户</translation>
    </message>
</context>
<context>
    <name>StationWindow</name>
    <message>
        <source>Sign out</source>
        <translation>退出</translation>
    </message>
    <message>
        <source>Sign in</source>
        <translation>登录</translation>
    </message>
    <message>
        <source>Say who you are</source>
        <translation>确认您的身份</translation>
    </message>
    <message>
        <source>asks for: {0}</source>
        <translation>需要权限：{0}</translation>
    </message>
    <message>
        <source>● Running</source>
        <translation>● 运行中</translation>
    </message>
    <message>
        <source>■ Stopped</source>
        <translation>■ 已停止</translation>
    </message>
    <message>
        <source>… Starting</source>
        <translation>… 启动中</translation>
    </message>
    <message>
        <source>… Stopping</source>
        <translation>… 停止中</translation>
    </message>
    <message>
        <source>▲ Held by an alarm</source>
        <translation>▲ 报警停线中</translation>
    </message>
    <message>
        <source>Model {0} version {1} on {2}</source>
        <translation>模型 {0} 版本 {1}，运行于 {2}</translation>
    </message>
    <message>
        <source>OK up to {0} · NG above {1}</source>
        <translation>OK ≤ {0} · NG &gt; {1}</translation>
    </message>
    <message>
        <source>{0} not delivered</source>
        <translation>{0} 条未发送</translation>
    </message>
    <message>
        <source>all delivered</source>
        <translation>已全部发送</translation>
    </message>
    <message>
        <source>Recipe {0} revision {1}</source>
        <translation>配方 {0} 修订 {1}</translation>
    </message>
    <message>
        <source>Inspection station {0}</source>
        <translation>检测站 {0}</translation>
    </message>
    <message>
        <source>Light theme</source>
        <translation>浅色主题</translation>
    </message>
    <message>
        <source>Dark theme</source>
        <translation>深色主题</translation>
    </message>
    <message>
        <source>Language of the window (F9)</source>
        <translation>界面语言 (F9)</translation>
    </message>
</context>
<context>
    <name>TeachOutcome</name>
    <message>
        <source>▲ far from all others: is it good?</source>
        <translation>▲ 与其他所有零件差异大：是否为良品？</translation>
    </message>
    <message>
        <source>above the OK limit</source>
        <translation>超过 OK 限值</translation>
    </message>
    <message>
        <source>not used: {0}</source>
        <translation>未使用：{0}</translation>
    </message>
    <message>
        <source>{0} · score {1} · red from half of the OK limit on</source>
        <translation>{0} · 得分 {1} · 从 OK 限值的一半起显示红色</translation>
    </message>
    <message>
        <source>Part</source>
        <translation>零件</translation>
    </message>
    <message>
        <source>Score</source>
        <translation>得分</translation>
    </message>
    <message>
        <source>Remark</source>
        <translation>备注</translation>
    </message>
    <message>
        <source>Teach again without the chosen part</source>
        <translation>去除所选零件后重新示教</translation>
    </message>
    <message>
        <source>The chosen part appears here, with what deviates in red.</source>
        <translation>所选零件显示在此处，偏差部分以红色标出。</translation>
    </message>
    <message>
        <source>{0} good parts taught in {1} s. Each was left out once and scored by others: OK up to {2}, NG above {3}; {4} of {0} lie above OK.</source>
        <translation>已用 {1} s 示教 {0} 个良品。每个零件均留出一次，由其他零件对其计算得分：OK ≤ {2}，NG &gt; {3}；{0} 个中有 {4} 个超过 OK 限值。</translation>
    </message>
    <message>
        <source>▲ {0} parts are too few to claim a rate: they set scale and thresholds at once, so more good parts than asked for may miss OK. They come from few days; another day&apos;s light may look like a fault.</source>
        <translation>▲ {0} 个零件不足以说明比率：同一批零件同时决定了尺度和阈值，因此未判为 OK 的良品可能多于设定值。这些零件只来自少数几天，其他日子的光照可能看起来像缺陷。</translation>
    </message>
    <message>
        <source>▲ {0} parts lie far from all others: look whether they are good.</source>
        <translation>▲ {0} 个零件与其他所有零件差异大：请确认是否为良品。</translation>
    </message>
    <message>
        <source>▲ {0} parts could not be used; the table says why.</source>
        <translation>▲ {0} 个零件无法使用；原因见表格。</translation>
    </message>
</context>
<context>
    <name>TeachParts</name>
    <message>
        <source>At least {0} good parts are needed.</source>
        <translation>至少需要 {0} 个良品。</translation>
    </message>
    <message>
        <source>The pictures are being read.</source>
        <translation>正在读取图像。</translation>
    </message>
    <message>
        <source>part {0}</source>
        <translation>零件 {0}</translation>
    </message>
    <message>
        <source>Exactly the same picture as {0}: it was not taken again.</source>
        <translation>图像与 {0} 完全相同：未再次加入。</translation>
    </message>
    <message>
        <source>{0} reviewed parts have no pictures on disk any more.</source>
        <translation>{0} 个已复判零件的图像已不在磁盘上。</translation>
    </message>
    <message>
        <source>First open the camera alone (above): parts are not taken from a line that judges.</source>
        <translation>请先单独打开相机（上方）：不能从正在判定的产线上拍摄零件。</translation>
    </message>
    <message>
        <source>{0} parts are as many as can be held.</source>
        <translation>最多可容纳 {0} 个零件。</translation>
    </message>
    <message>
        <source>{0} of {1} good parts</source>
        <translation>{0} / {1} 个良品</translation>
    </message>
    <message>
        <source>▲ Open the camera alone first (above): parts to teach with must not be judged or recorded as production.</source>
        <translation>▲ 请先单独打开相机（上方）：示教用零件不得作为生产零件判定或记录。</translation>
    </message>
    <message>
        <source>Reading the pictures of reviewed parts…</source>
        <translation>正在读取已复判零件的图像…</translation>
    </message>
    <message>
        <source>Look at the pictures once more: a faulty part among them teaches that its fault is good.</source>
        <translation>请再次检查图像：若混入不良品，其缺陷会被学习为良品。</translation>
    </message>
    <message>
        <source>Lay a good part under the lens and press Take (space). Each part once, lying as in production.</source>
        <translation>将良品放在镜头下，按“拍摄 (空格)”。每个零件拍摄一次，放置方式与生产时相同。</translation>
    </message>
    <message>
        <source>▲ {0} parts of this recipe are reviewed as OK and have pictures; {1} were asked for.</source>
        <translation>▲ 此配方有 {0} 个零件复判为 OK 且有图像；要求 {1} 个。</translation>
    </message>
    <message>
        <source>Live</source>
        <translation>实时</translation>
    </message>
    <message>
        <source>No live picture. Open the camera alone (above): the line is stopped for it, nothing is judged.</source>
        <translation>没有实时图像。请单独打开相机（上方）：产线将为此停止，不进行判定。</translation>
    </message>
    <message>
        <source>Take (Space)</source>
        <translation>拍摄 (空格)</translation>
    </message>
    <message>
        <source>The parts appear here. Look at each: whatever is taught counts as good.</source>
        <translation>零件显示在此处。请逐一检查：所示教的零件均视为良品。</translation>
    </message>
    <message>
        <source>Remove the chosen (Del)</source>
        <translation>移除所选 (Del)</translation>
    </message>
</context>
<context>
    <name>TeachWizard</name>
    <message>
        <source>Making the reference picture…</source>
        <translation>正在生成参考图像…</translation>
    </message>
    <message>
        <source>Computing the parts&apos; numbers…</source>
        <translation>正在计算零件数据…</translation>
    </message>
    <message>
        <source>Teaching, leaving each part out once…</source>
        <translation>正在示教，逐一留出每个零件…</translation>
    </message>
    <message>
        <source>Published: model {0} version {1}.</source>
        <translation>已发布：模型 {0} 版本 {1}。</translation>
    </message>
    <message>
        <source>It could not be activated: {0}</source>
        <translation>无法启用：{0}</translation>
    </message>
    <message>
        <source>It judges nothing until it is activated.</source>
        <translation>启用之前不进行判定。</translation>
    </message>
    <message>
        <source>It is active and judges from the next part on.</source>
        <translation>已启用，从下一个零件起进行判定。</translation>
    </message>
    <message>
        <source>It is active and judges as soon as the line is started (F5), by recipe revision {0}.</source>
        <translation>已启用，产线启动 (F5) 后按配方修订 {0} 进行判定。</translation>
    </message>
    <message>
        <source>The recipe has other views now: close the program and start it again.</source>
        <translation>配方的视图已变更：请关闭程序后重新启动。</translation>
    </message>
    <message>
        <source>1 What</source>
        <translation>1 内容</translation>
    </message>
    <message>
        <source>2 Good parts</source>
        <translation>2 良品</translation>
    </message>
    <message>
        <source>3 Teach and publish</source>
        <translation>3 示教与发布</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>下一步</translation>
    </message>
    <message>
        <source>Teach</source>
        <translation>示教</translation>
    </message>
    <message>
        <source>Teach another</source>
        <translation>再次示教</translation>
    </message>
    <message>
        <source>Publish</source>
        <translation>发布</translation>
    </message>
    <message>
        <source>Model {0}, from recipe {1} revision {2}: {3} regions in {4} views</source>
        <translation>模型 {0}，来自配方 {1} 修订 {2}：{4} 个视图中的 {3} 个区域</translation>
    </message>
    <message>
        <source>This recipe does not align its pictures, so it needs no reference picture.</source>
        <translation>此配方不进行图像对位，无需参考图像。</translation>
    </message>
    <message>
        <source>The recipe has no usable reference picture: one is made of these parts, and saved as the recipe&apos;s next revision.</source>
        <translation>配方没有可用的参考图像：将用这些零件生成，并保存为配方的下一修订。</translation>
    </message>
    <message>
        <source>▲ A new reference picture is a new revision of the recipe: models taught before are refused from the next start on.</source>
        <translation>▲ 新的参考图像即配方的新修订：下次启动后，此前示教的模型将被拒绝。</translation>
    </message>
    <message>
        <source>The recipe&apos;s reference picture stays, and the versions taught before can be activated again.</source>
        <translation>配方的参考图像保持不变，此前示教的版本可再次启用。</translation>
    </message>
    <message>
        <source>Writing, testing and publishing…</source>
        <translation>正在写入、测试和发布…</translation>
    </message>
    <message>
        <source>Teaching is under way.</source>
        <translation>正在示教。</translation>
    </message>
    <message>
        <source>Publishing is under way.</source>
        <translation>正在发布。</translation>
    </message>
    <message>
        <source>What is taught</source>
        <translation>示教内容</translation>
    </message>
    <message>
        <source>How it goes</source>
        <translation>操作步骤</translation>
    </message>
    <message>
        <source>1. Gather about twenty good parts, from as many days and lots as you can. No faulty part is needed.</source>
        <translation>1. 收集约二十个良品，尽量来自不同日期和批次。不需要不良品。</translation>
    </message>
    <message>
        <source>2. Lay them under the lens one after another. The line is stopped for it: nothing is judged or recorded.</source>
        <translation>2. 依次放在镜头下。产线将为此停止：不判定、不记录。</translation>
    </message>
    <message>
        <source>3. Teaching takes seconds. Each part is left out once and scored by the others, which sets both thresholds.</source>
        <translation>3. 示教仅需数秒。每个零件均留出一次，由其他零件对其计算得分，据此设定两个阈值。</translation>
    </message>
    <message>
        <source>4. Look at what was far from the others, publish the version, and let it judge when you are content.</source>
        <translation>4. 检查与其他零件差异大的零件，发布版本，确认满意后启用判定。</translation>
    </message>
    <message>
        <source>Such a model knows what good parts look like, not what faults look like. The trainer makes a better one later.</source>
        <translation>此类模型只了解良品的外观，不了解缺陷的外观。之后可用训练程序生成更好的模型。</translation>
    </message>
    <message>
        <source>Good &amp;parts</source>
        <translation>良品数(&amp;P)</translation>
    </message>
    <message>
        <source>They are</source>
        <translation>良品来源</translation>
    </message>
    <message>
        <source>&amp;Overkill allowed</source>
        <translation>允许误判率(&amp;O)</translation>
    </message>
    <message>
        <source>Reference</source>
        <translation>参考图像</translation>
    </message>
    <message>
        <source>taken now</source>
        <translation>现在拍摄</translation>
    </message>
    <message>
        <source>the last recorded ones reviewed as OK</source>
        <translation>最近复判为 OK 的记录</translation>
    </message>
    <message>
        <source>Share of good parts that may miss the OK limit; from few parts it is only an estimate.</source>
        <translation>允许超出 OK 限值的良品比例；零件较少时仅为估计值。</translation>
    </message>
    <message>
        <source>make a new reference picture of these parts</source>
        <translation>用这些零件生成新的参考图像</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>上一步</translation>
    </message>
    <message>
        <source>and judge with it (activate)</source>
        <translation>并用其判定（启用）</translation>
    </message>
</context>
<context>
    <name>ThresholdCounts</name>
    <message>
        <source>{0} of {1}</source>
        <translation>{0} / {1}</translation>
    </message>
    <message>
        <source>{0} (95 %: {1})</source>
        <translation>{0}（95 %：{1}）</translation>
    </message>
    <message>
        <source>unknown</source>
        <translation>未知</translation>
    </message>
    <message>
        <source>needs reviewed parts of both kinds</source>
        <translation>需要实际 OK 和实际 NG 两类已复判零件</translation>
    </message>
    <message>
        <source>{0} at the ends of both intervals</source>
        <translation>两个区间端点处为 {0}</translation>
    </message>
    <message>
        <source>truly NG</source>
        <translation>实际 NG</translation>
    </message>
    <message>
        <source>truly OK</source>
        <translation>实际 OK</translation>
    </message>
    <message>
        <source>None of {0} {1} parts is judged wrongly: that shows only that at most {2} are (95 %).</source>
        <translation>{0} 个{1} 零件均未判错：仅说明判错比例最高为 {2} (95 %)。</translation>
    </message>
    <message>
        <source>Only {0} {1} parts were reviewed: too few to rest a threshold on.</source>
        <translation>仅复判了 {0} 个{1} 零件：数量过少，不足以确定阈值。</translation>
    </message>
    <message>
        <source>No {0} part was reviewed.</source>
        <translation>没有已复判的{0} 零件。</translation>
    </message>
    <message>
        <source>▲ People chose {0} of these {1} parts, {2} were drawn at random: the rates are of these parts, not of the line.</source>
        <translation>▲ 这 {1} 个零件中，{0} 个由人员选取，{2} 个随机抽取：比率仅代表这些零件，不代表产线。</translation>
    </message>
    <message>
        <source>Left out: {0} that nobody is sure of, {1} without a score (held, or neither picture nor usable vector is left).</source>
        <translation>已略去：{0} 个无人能确定，{1} 个无得分（HOLD，或图像和可用向量均已不存在）。</translation>
    </message>
    <message>
        <source>Escapes</source>
        <translation>漏检</translation>
    </message>
    <message>
        <source>Overkill</source>
        <translation>误判</translation>
    </message>
    <message>
        <source>RETEST</source>
        <translation>RETEST</translation>
    </message>
    <message>
        <source>Cost of 1000 parts</source>
        <translation>每 1000 个零件的成本</translation>
    </message>
    <message>
        <source>Cost of an escape</source>
        <translation>每个漏检的成本</translation>
    </message>
    <message>
        <source>Cost of an overkill</source>
        <translation>每个误判的成本</translation>
    </message>
    <message>
        <source>Defective parts on the line</source>
        <translation>产线不良品比例</translation>
    </message>
</context>
<context>
    <name>ThresholdWorkbench</name>
    <message>
        <source>{0} (active)</source>
        <translation>{0}（已启用）</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Read reviews</source>
        <translation>读取复判</translation>
    </message>
    <message>
        <source>No version of this model can judge here.</source>
        <translation>此模型没有可在本检测站判定的版本。</translation>
    </message>
    <message>
        <source>Reading reviewed parts …</source>
        <translation>正在读取已复判零件 …</translation>
    </message>
    <message>
        <source>Press “Read reviews” to see the reviewed parts of this period.</source>
        <translation>按“读取复判”可查看此时段的已复判零件。</translation>
    </message>
    <message>
        <source>No reviewed part of this period has a score. Review some parts, or choose a longer period.</source>
        <translation>此时段的已复判零件均无得分。请复判部分零件，或选择更长的时段。</translation>
    </message>
    <message>
        <source>truly NG</source>
        <translation>实际 NG</translation>
    </message>
    <message>
        <source>truly OK</source>
        <translation>实际 OK</translation>
    </message>
    <message>
        <source>Read reviewed parts first.</source>
        <translation>请先读取已复判零件。</translation>
    </message>
    <message>
        <source>No truly OK part was reviewed in this period; thresholds need at least one.</source>
        <translation>此时段没有复判为实际 OK 的零件；设定阈值至少需要一个。</translation>
    </message>
    <message>
        <source>These are the thresholds of this version.</source>
        <translation>这些即为此版本的阈值。</translation>
    </message>
    <message>
        <source>Being saved …</source>
        <translation>正在保存 …</translation>
    </message>
    <message>
        <source>A new version with OK up to {0} and NG above {1} will be published, made from version {2}, which stays as it is. Nothing is activated.</source>
        <translation>将发布新版本，OK ≤ {0}，NG &gt; {1}，由版本 {2} 生成；原版本保持不变。不启用任何版本。</translation>
    </message>
    <message>
        <source>Save as new version</source>
        <translation>保存为新版本</translation>
    </message>
    <message>
        <source>Saved as version {0}; it is not active yet.</source>
        <translation>已保存为版本 {0}；尚未启用。</translation>
    </message>
    <message>
        <source>Version</source>
        <translation>版本</translation>
    </message>
    <message>
        <source>Drag the lines, or press ← → for OK and Shift + ← → for NG.</source>
        <translation>拖动线条，或按 ← → 调整 OK，按 Shift + ← → 调整 NG。</translation>
    </message>
    <message>
        <source>OK at most</source>
        <translation>OK 上限</translation>
    </message>
    <message>
        <source>NG above</source>
        <translation>NG 高于</translation>
    </message>
    <message>
        <source>Why (written into the new version)</source>
        <translation>原因（写入新版本）</translation>
    </message>
</context>
<context>
    <name>TimesTab</name>
    <message>
        <source>the line is stopped</source>
        <translation>产线已停止</translation>
    </message>
    <message>
        <source>{0} (at most {1})</source>
        <translation>{0}（最大 {1}）</translation>
    </message>
    <message>
        <source>{0} version {1}</source>
        <translation>{0} 版本 {1}</translation>
    </message>
    <message>
        <source>{0} % of {1} cores</source>
        <translation>{0} %（{1} 核）</translation>
    </message>
    <message>
        <source>{0} of {1}</source>
        <translation>{0} / {1}</translation>
    </message>
    <message>
        <source>{0} h {1} min</source>
        <translation>{0} h {1} min</translation>
    </message>
    <message>
        <source>Trigger → camera</source>
        <translation>触发 → 相机</translation>
    </message>
    <message>
        <source>Picture taken</source>
        <translation>图像拍摄</translation>
    </message>
    <message>
        <source>Picture checked</source>
        <translation>图像检查</translation>
    </message>
    <message>
        <source>· aligned, all views</source>
        <translation>· 对齐(所有视角合计)</translation>
    </message>
    <message>
        <source>· regions averaged, all views</source>
        <translation>· 区域平均(所有视角合计)</translation>
    </message>
    <message>
        <source>· NSOARTC vectors</source>
        <translation>· NSOARTC 向量</translation>
    </message>
    <message>
        <source>Aligned, vectors computed</source>
        <translation>对位并计算向量</translation>
    </message>
    <message>
        <source>Scored</source>
        <translation>计算得分</translation>
    </message>
    <message>
        <source>Judging, as a whole</source>
        <translation>判定合计</translation>
    </message>
    <message>
        <source>Pictures written, meanwhile</source>
        <translation>图像写入(与判定同时)</translation>
    </message>
    <message>
        <source>Code read from the picture</source>
        <translation>从图像读码</translation>
    </message>
    <message>
        <source>· waited for the pictures</source>
        <translation>· 等待图像写入</translation>
    </message>
    <message>
        <source>· rows committed</source>
        <translation>· 记录提交</translation>
    </message>
    <message>
        <source>Recorded on disk</source>
        <translation>写入磁盘</translation>
    </message>
    <message>
        <source>Trigger → recorded, as a whole</source>
        <translation>触发 → 记录合计</translation>
    </message>
    <message>
        <source>Record → window</source>
        <translation>记录 → 窗口</translation>
    </message>
    <message>
        <source>Trigger → window, as a whole</source>
        <translation>触发 → 窗口合计</translation>
    </message>
    <message>
        <source>Times of the last {0} parts [ms]</source>
        <translation>最近 {0} 个零件的耗时 [ms]</translation>
    </message>
    <message>
        <source>Half of the parts took no longer than p50, 95 of 100 no longer than p95. Counted since the program was started.</source>
        <translation>一半零件的耗时不超过 p50，100 个中有 95 个不超过 p95。自程序启动起统计。</translation>
    </message>
    <message>
        <source>No part has been judged since the program was started.</source>
        <translation>程序启动后尚未判定任何零件。</translation>
    </message>
    <message>
        <source>Stage</source>
        <translation>阶段</translation>
    </message>
    <message>
        <source>p50</source>
        <translation>p50</translation>
    </message>
    <message>
        <source>p95</source>
        <translation>p95</translation>
    </message>
    <message>
        <source>p99</source>
        <translation>p99</translation>
    </message>
    <message>
        <source>worst</source>
        <translation>最差</translation>
    </message>
    <message>
        <source>parts</source>
        <translation>零件数</translation>
    </message>
    <message>
        <source>Now</source>
        <translation>当前</translation>
    </message>
    <message>
        <source>Parts waiting for a verdict</source>
        <translation>等待判定的零件</translation>
    </message>
    <message>
        <source>Verdicts waiting for the disk</source>
        <translation>等待写入磁盘的判定</translation>
    </message>
    <message>
        <source>Triggers refused in this run</source>
        <translation>本次运行中被拒绝的触发</translation>
    </message>
    <message>
        <source>Memory of this program</source>
        <translation>本程序占用内存</translation>
    </message>
    <message>
        <source>Processor use</source>
        <translation>处理器占用</translation>
    </message>
    <message>
        <source>Threads</source>
        <translation>线程数</translation>
    </message>
    <message>
        <source>Free on the records&apos; disk</source>
        <translation>记录磁盘剩余空间</translation>
    </message>
    <message>
        <source>Model runs on</source>
        <translation>模型运行于</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Program runs for</source>
        <translation>程序已运行</translation>
    </message>
</context>
<context>
    <name>TrialView</name>
    <message>
        <source>{0} (active)</source>
        <translation>{0}（已启用）</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Judge again</source>
        <translation>重新判定</translation>
    </message>
    <message>
        <source>No version of this model can judge here.</source>
        <translation>此模型没有可在本检测站判定的版本。</translation>
    </message>
    <message>
        <source>One moment …</source>
        <translation>请稍候 …</translation>
    </message>
    <message>
        <source>This version judges itself; choose another one.</source>
        <translation>此版本正在产线上判定；请选择其他版本。</translation>
    </message>
    <message>
        <source>Stop version {0} beside the line</source>
        <translation>停止版本 {0} 的影子运行</translation>
    </message>
    <message>
        <source>Start version {0} beside the line</source>
        <translation>启动版本 {0} 的影子运行</translation>
    </message>
    <message>
        <source>The candidate sees every part after its verdict was shown, and changes nothing.</source>
        <translation>候选模型在判定显示之后查看每个零件，不改变任何结果。</translation>
    </message>
    <message>
        <source>● Version {0} looks on: {1} parts, {2} with another verdict</source>
        <translation>● 版本 {0} 影子运行中：{1} 个零件，{2} 个判定不同</translation>
    </message>
    <message>
        <source>{0} skipped: it is slower than the line</source>
        <translation>已跳过 {0} 个：候选模型慢于产线</translation>
    </message>
    <message>
        <source>{0} judged by itself</source>
        <translation>{0} 个由其自身判定</translation>
    </message>
    <message>
        <source>▲ {0} failed: {1}</source>
        <translation>▲ {0} 个失败：{1}</translation>
    </message>
    <message>
        <source>Reading …</source>
        <translation>正在读取 …</translation>
    </message>
    <message>
        <source>Recorded parts are being judged again …</source>
        <translation>正在重新判定已记录的零件 …</translation>
    </message>
    <message>
        <source>Choose a candidate and parts, and press “Judge again”.</source>
        <translation>选择候选模型和零件，然后按“重新判定”。</translation>
    </message>
    <message>
        <source>judged again from pictures: {0}, from stored vectors: {1}</source>
        <translation>用图像重新判定：{0}，用已存向量：{1}</translation>
    </message>
    <message>
        <source>▲ {0} parts could not be judged again: neither pictures nor usable vectors are left.</source>
        <translation>▲ {0} 个零件无法重新判定：图像和可用向量均已不存在。</translation>
    </message>
    <message>
        <source>▲ {0} older parts of this period were not looked at.</source>
        <translation>▲ 此时段有 {0} 个较早的零件未处理。</translation>
    </message>
    <message>
        <source>Candidate</source>
        <translation>候选模型</translation>
    </message>
    <message>
        <source>Recorded parts</source>
        <translation>已记录的零件</translation>
    </message>
    <message>
        <source>Beside the running line</source>
        <translation>与产线并行（影子运行）</translation>
    </message>
    <message>
        <source>Newest parts</source>
        <translation>最新零件数</translation>
    </message>
    <message>
        <source>reviewed ones only</source>
        <translation>仅已复判</translation>
    </message>
</context>
<context>
    <name>TriggerPanel</name>
    <message>
        <source>A part is judged when the button or the space bar is pressed.</source>
        <translation>按下按钮或空格键时判定零件。</translation>
    </message>
    <message>
        <source>A part is judged every so many milliseconds; 0 is as fast as it goes.</source>
        <translation>每隔设定的毫秒数判定一个零件；0 表示以最快速度判定。</translation>
    </message>
    <message>
        <source>A part is judged when it appears and stands still. Start the line with an empty view: it learns what that is.</source>
        <translation>零件出现并静止时进行判定。启动产线时视图内不得有零件：系统会学习空视图。</translation>
    </message>
    <message>
        <source>A part is judged</source>
        <translation>零件判定方式</translation>
    </message>
    <message>
        <source>Every</source>
        <translation>间隔</translation>
    </message>
    <message>
        <source>Part is there from</source>
        <translation>有零件：变化不低于</translation>
    </message>
    <message>
        <source>Still below</source>
        <translation>静止：变化低于</translation>
    </message>
    <message>
        <source>Still frames</source>
        <translation>静止帧数</translation>
    </message>
    <message>
        <source>by hand</source>
        <translation>手动</translation>
    </message>
    <message>
        <source>by the clock</source>
        <translation>定时</translation>
    </message>
    <message>
        <source>when it appears</source>
        <translation>零件出现时</translation>
    </message>
    <message>
        <source>Mean change of grey level from the empty view.</source>
        <translation>相对空视图的平均灰度变化。</translation>
    </message>
    <message>
        <source>Mean change of grey level between two frames.</source>
        <translation>两帧之间的平均灰度变化。</translation>
    </message>
</context>
<context>
    <name>VectorMaps</name>
    <message>
        <source>No vector: the part was on HOLD.</source>
        <translation>无向量：零件为 HOLD。</translation>
    </message>
    <message>
        <source>ln β: sensitivity, η: SN ratio, γ: how local the difference is. A band is a kernel, in it the region&apos;s 6 × 13 windows.</source>
        <translation>ln β：灵敏度，η：SN 比，γ：差异的局部程度。每条带对应一个核，带内为该区域的 6 × 13 个窗口。</translation>
    </message>
</context>
<context>
    <name>VersionView</name>
    <message>
        <source>● active</source>
        <translation>● 已启用</translation>
    </message>
    <message>
        <source>… from the next lot on</source>
        <translation>… 自下一批次起</translation>
    </message>
    <message>
        <source>■ refused</source>
        <translation>■ 已拒绝</translation>
    </message>
    <message>
        <source>Version {0}</source>
        <translation>版本 {0}</translation>
    </message>
    <message>
        <source>No version of model {0} has been published</source>
        <translation>模型 {0} 尚未发布任何版本</translation>
    </message>
    <message>
        <source>Version {0} · active</source>
        <translation>版本 {0} · 已启用</translation>
    </message>
    <message>
        <source>This version cannot judge here: {0}</source>
        <translation>此版本无法在本检测站判定：{0}</translation>
    </message>
    <message>
        <source>{0} good, {1} defective parts of {2}</source>
        <translation>{0} 个良品，{1} 个不良品，来自 {2}</translation>
    </message>
    <message>
        <source>(no name)</source>
        <translation>（无名称）</translation>
    </message>
    <message>
        <source>other sessions</source>
        <translation>其他采集时段</translation>
    </message>
    <message>
        <source>left-out folds</source>
        <translation>留出折</translation>
    </message>
    <message>
        <source>reviewed parts</source>
        <translation>已复判零件</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>Made</source>
        <translation>创建时间</translation>
    </message>
    <message>
        <source>Thresholds</source>
        <translation>阈值</translation>
    </message>
    <message>
        <source>OK up to {0} · NG above {1}</source>
        <translation>OK ≤ {0} · NG &gt; {1}</translation>
    </message>
    <message>
        <source>Calibrated on</source>
        <translation>校准数据</translation>
    </message>
    <message>
        <source>Chosen for</source>
        <translation>选定目标</translation>
    </message>
    <message>
        <source>Made from</source>
        <translation>来源</translation>
    </message>
    <message>
        <source>version {0}, with other thresholds</source>
        <translation>版本 {0}，阈值已更改</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>备注</translation>
    </message>
    <message>
        <source>Signature</source>
        <translation>签名</translation>
    </message>
    <message>
        <source>On parts that chose nothing of this model:</source>
        <translation>在未参与此模型任何选定的零件上：</translation>
    </message>
    <message>
        <source>On the very parts that the thresholds were chosen on (no test):</source>
        <translation>在选定阈值所用的同一批零件上（不构成测试）：</translation>
    </message>
    <message>
        <source>No figures: no part was kept apart to test this version on.</source>
        <translation>无数据：未留出零件用于测试此版本。</translation>
    </message>
    <message>
        <source>{0} of {1}</source>
        <translation>{0} / {1}</translation>
    </message>
    <message>
        <source>{0} (95 %)</source>
        <translation>{0}（95 %）</translation>
    </message>
    <message>
        <source>not signed; this station asks for no signature</source>
        <translation>未签名；本检测站不要求签名</translation>
    </message>
    <message>
        <source>none that fits</source>
        <translation>无有效签名</translation>
    </message>
    <message>
        <source>signed by {0}; this station asks for no signature</source>
        <translation>由 {0} 签名；本检测站不要求签名</translation>
    </message>
    <message>
        <source>trusted</source>
        <translation>受信任</translation>
    </message>
    <message>
        <source>not trusted here</source>
        <translation>本检测站不信任</translation>
    </message>
    <message>
        <source>signed by {0}: {1}</source>
        <translation>由 {0} 签名：{1}</translation>
    </message>
    <message>
        <source>Escapes</source>
        <translation>漏检</translation>
    </message>
    <message>
        <source>Overkill</source>
        <translation>误判</translation>
    </message>
    <message>
        <source>RETEST</source>
        <translation>RETEST</translation>
    </message>
    <message>
        <source>in all</source>
        <translation>合计</translation>
    </message>
    <message>
        <source>There is no version yet.</source>
        <translation>尚无版本。</translation>
    </message>
    <message>
        <source>This version cannot judge here.</source>
        <translation>此版本无法在本检测站判定。</translation>
    </message>
    <message>
        <source>This version is active already.</source>
        <translation>此版本已启用。</translation>
    </message>
    <message>
        <source>This version waits for the next lot already.</source>
        <translation>此版本已在等待下一批次。</translation>
    </message>
    <message>
        <source>No earlier version was active on this station.</source>
        <translation>本检测站此前未启用过其他版本。</translation>
    </message>
    <message>
        <source>Roll back to version {0}</source>
        <translation>回退至版本 {0}</translation>
    </message>
    <message>
        <source>Roll back</source>
        <translation>回退</translation>
    </message>
    <message>
        <source>Version {0} will judge from the next lot on, after lot {1}.</source>
        <translation>批次 {1} 之后，从下一批次起由版本 {0} 判定。</translation>
    </message>
    <message>
        <source>Asked for by {0}.</source>
        <translation>由 {0} 申请。</translation>
    </message>
    <message>
        <source>Version {0} will judge from the next part on, instead of version {1}. It is tested on this machine before.</source>
        <translation>从下一个零件起由版本 {0} 判定，取代版本 {1}。启用前将在本机上进行测试。</translation>
    </message>
    <message>
        <source>Version {0} is active.</source>
        <translation>版本 {0} 已启用。</translation>
    </message>
    <message>
        <source>Activate version {0}</source>
        <translation>启用版本 {0}</translation>
    </message>
    <message>
        <source>Version {0} will judge as soon as a lot other than {1} is entered; until then nothing changes.</source>
        <translation>输入 {1} 以外的批次后，即由版本 {0} 判定；在此之前不作更改。</translation>
    </message>
    <message>
        <source>Version {0} waits for the next lot.</source>
        <translation>版本 {0} 正在等待下一批次。</translation>
    </message>
    <message>
        <source>Activate at the next lot</source>
        <translation>下一批次起启用</translation>
    </message>
    <message>
        <source>Version {0} will judge again from the next part on, instead of version {1}.</source>
        <translation>从下一个零件起重新由版本 {0} 判定，取代版本 {1}。</translation>
    </message>
    <message>
        <source>Version {0} is active again, version {1} is not any more.</source>
        <translation>版本 {0} 再次生效，版本 {1} 不再生效。</translation>
    </message>
    <message>
        <source>Nothing changes at the next lot.</source>
        <translation>下一批次不作更改。</translation>
    </message>
    <message>
        <source>Production is locked from then on until the challenge parts are run.</source>
        <translation>此后生产将被锁定，直到运行完挑战件。</translation>
    </message>
    <message>
        <source>Version {0} goes on waiting for the next lot.</source>
        <translation>版本 {0} 继续等待下一批次。</translation>
    </message>
    <message>
        <source>Testing the version on this machine …</source>
        <translation>正在本机上测试此版本 …</translation>
    </message>
    <message>
        <source>Activate now</source>
        <translation>立即启用</translation>
    </message>
    <message>
        <source>Take back</source>
        <translation>撤回</translation>
    </message>
    <message>
        <source>Versions, newest first</source>
        <translation>版本，最新在前</translation>
    </message>
</context>
<context>
    <name>_ReportPicture</name>
    <message>
        <source>This picture cannot be read.</source>
        <translation>无法读取此图片。</translation>
    </message>
</context>
<context>
    <name>chart_words</name>
    <message>
        <source>model {0} version {1}</source>
        <translation>模型 {0} 版本 {1}</translation>
    </message>
    <message>
        <source>recipe {0} revision {1}</source>
        <translation>配方 {0} 修订 {1}</translation>
    </message>
    <message>
        <source>OK up to {0}, NG above {1}</source>
        <translation>OK ≤ {0}，NG &gt; {1}</translation>
    </message>
    <message>
        <source>{0} parts</source>
        <translation>{0} 个零件</translation>
    </message>
    <message>
        <source>{0} to {1}</source>
        <translation>{0} 至 {1}</translation>
    </message>
    <message>
        <source>all others</source>
        <translation>其他全部</translation>
    </message>
    <message>
        <source>mode not named</source>
        <translation>未命名的缺陷类型</translation>
    </message>
    <message>
        <source>position not known</source>
        <translation>位置未知</translation>
    </message>
    <message>
        <source>{0} NG parts; the line is the cumulative share.</source>
        <translation>{0} 个 NG 零件；折线为累计占比。</translation>
    </message>
    <message>
        <source>Left out: {0} that a review calls OK.</source>
        <translation>已略去：复判为 OK 的 {0} 个。</translation>
    </message>
    <message>
        <source>Counted in: {0} that only a review calls NG.</source>
        <translation>已计入：仅复判为 NG 的 {0} 个。</translation>
    </message>
    <message>
        <source>subgroups of {0} parts</source>
        <translation>每 {0} 个零件为一个子组</translation>
    </message>
    <message>
        <source>subgroups of an hour</source>
        <translation>每小时为一个子组</translation>
    </message>
    <message>
        <source>subgroups of {0} hours</source>
        <translation>每 {0} 小时为一个子组</translation>
    </message>
    <message>
        <source>Mean {0}, {1}, limits 3 σ.</source>
        <translation>均值 {0}，{1}，控制限 3 σ。</translation>
    </message>
    <message>
        <source>Baseline {0}: the first {1} subgroups of {2} parts, from {3} (part {4} to {5}).</source>
        <translation>基线 {0}：前 {1} 个子组，每组 {2} 个零件，始于 {3}（零件 {4} 至 {5}）。</translation>
    </message>
    <message>
        <source>Too few for limits.</source>
        <translation>数据过少，无法计算控制限。</translation>
    </message>
    <message>
        <source>No subgroup outside the limits.</source>
        <translation>没有子组超出控制限。</translation>
    </message>
    <message>
        <source>Outside the limits (▲): {0}.</source>
        <translation>超出控制限 (▲)：{0}。</translation>
    </message>
    <message>
        <source>Outside the limits (▲): {0} and {1} more.</source>
        <translation>超出控制限 (▲)：{0}，另有 {1} 个。</translation>
    </message>
    <message>
        <source>{0} earlier changes</source>
        <translation>更早的变更 {0} 项</translation>
    </message>
    <message>
        <source>┊ change of shift</source>
        <translation>┊ 换班</translation>
    </message>
    <message>
        <source>▽ new lot, the last one {0}</source>
        <translation>▽ 新批次，最后一个为 {0}</translation>
    </message>
    <message>
        <source>Model {0} version {1}; OK up to {2}, NG above {3}.</source>
        <translation>模型 {0} 版本 {1}；OK ≤ {2}，NG &gt; {3}。</translation>
    </message>
    <message>
        <source>The last bar takes all from {0} on.</source>
        <translation>最后一个柱条包含 {0} 及以上的全部。</translation>
    </message>
    <message>
        <source>Thin lines: earlier thresholds.</source>
        <translation>细线：以前的阈值。</translation>
    </message>
    <message>
        <source>Escape rate: unknown, since no OK part was drawn at random for review.</source>
        <translation>漏检率：未知，未随机抽取 OK 零件进行复判。</translation>
    </message>
    <message>
        <source>Escape rate: unknown, since none of {0} OK parts drawn at random has been called OK or NG.</source>
        <translation>漏检率：未知，随机抽取的 {0} 个 OK 零件均未复判为 OK 或 NG。</translation>
    </message>
    <message>
        <source>Escape rate: {0} of the parts judged OK (95 %: {1} to {2}); {3} NG among {4} drawn at random and reviewed.</source>
        <translation>漏检率：占判为 OK 零件的 {0}（95 %：{1} 至 {2}）；随机抽取并复判的 {4} 个中有 {3} 个 NG。</translation>
    </message>
    <message>
        <source>{0} more wait for review.</source>
        <translation>另有 {0} 个等待复判。</translation>
    </message>
    <message>
        <source>{0} unsure are left out.</source>
        <translation>{0} 个不确定的已略去。</translation>
    </message>
    <message>
        <source>Agreement of reviewers: unknown, since no part was reviewed by two people.</source>
        <translation>复判人一致性：未知，没有零件由两人复判。</translation>
    </message>
    <message>
        <source>{0} and {1} first called {2} of {3} parts the same</source>
        <translation>{0} 与 {1} 的首次复判：{3} 个零件中有 {2} 个一致</translation>
    </message>
    <message>
        <source>; kappa cannot be told, both always said the same.</source>
        <translation>；双方结论始终为同一种，无法计算 kappa。</translation>
    </message>
    <message>
        <source>: Cohen&apos;s kappa {0} (95 %: {1} to {2}).</source>
        <translation>：Cohen&apos;s kappa {0}（95 %：{1} 至 {2}）。</translation>
    </message>
</context>
<context>
    <name>filter_words</name>
    <message>
        <source>not reviewed</source>
        <translation>未复判</translation>
    </message>
    <message>
        <source>reviewed</source>
        <translation>已复判</translation>
    </message>
    <message>
        <source>truly OK</source>
        <translation>实际 OK</translation>
    </message>
    <message>
        <source>truly NG</source>
        <translation>实际 NG</translation>
    </message>
    <message>
        <source>unsure</source>
        <translation>不确定</translation>
    </message>
    <message>
        <source>escapes: judged OK, truly NG</source>
        <translation>漏检：判定 OK，实际 NG</translation>
    </message>
    <message>
        <source>overkill: judged NG or RETEST, truly OK</source>
        <translation>误判：判定 NG 或 RETEST，实际 OK</translation>
    </message>
    <message>
        <source>reviewers disagree</source>
        <translation>复判人意见不一致</translation>
    </message>
    <message>
        <source>needs a second opinion</source>
        <translation>需第二人复判</translation>
    </message>
    <message>
        <source>(none)</source>
        <translation>（无）</translation>
    </message>
    <message>
        <source>Taken from</source>
        <translation>拍摄时间起</translation>
    </message>
    <message>
        <source>Taken before</source>
        <translation>拍摄时间早于</translation>
    </message>
    <message>
        <source>Lot</source>
        <translation>批次</translation>
    </message>
    <message>
        <source>Serial begins with</source>
        <translation>序列号开头</translation>
    </message>
    <message>
        <source>Verdict</source>
        <translation>判定</translation>
    </message>
    <message>
        <source>production parts</source>
        <translation>生产零件</translation>
    </message>
    <message>
        <source>challenge parts</source>
        <translation>挑战件</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>Looks like</source>
        <translation>疑似缺陷</translation>
    </message>
    <message>
        <source>True mode</source>
        <translation>实际缺陷类型</translation>
    </message>
    <message>
        <source>Score from</source>
        <translation>得分下限</translation>
    </message>
    <message>
        <source>Score up to</source>
        <translation>得分上限</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Model version</source>
        <translation>模型版本</translation>
    </message>
    <message>
        <source>Review</source>
        <translation>复判</translation>
    </message>
    <message>
        <source>Drawn at random</source>
        <translation>随机抽取</translation>
    </message>
    <message>
        <source>only those</source>
        <translation>仅限这些</translation>
    </message>
    <message>
        <source>Parts</source>
        <translation>零件</translation>
    </message>
    <message>
        <source>all that were recorded</source>
        <translation>所有已记录的零件</translation>
    </message>
    <message>
        <source>escape</source>
        <translation>漏检</translation>
    </message>
    <message>
        <source>overkill</source>
        <translation>误判</translation>
    </message>
</context>
<context>
    <name>pdf_report</name>
    <message>
        <source>NG parts by mode</source>
        <translation>按缺陷类型统计的 NG 零件</translation>
    </message>
    <message>
        <source>NG parts by position</source>
        <translation>按位置统计的 NG 零件</translation>
    </message>
    <message>
        <source>Share of NG (p-chart)</source>
        <translation>NG 率（p 控制图）</translation>
    </message>
    <message>
        <source>Scores: ■ not reviewed  ▨ reviewed OK  ▩ reviewed NG</source>
        <translation>得分：■ 未复判  ▨ 复判 OK  ▩ 复判 NG</translation>
    </message>
    <message>
        <source>Scores of OK parts (EWMA, λ = {0})</source>
        <translation>OK 零件得分（EWMA，λ = {0}）</translation>
    </message>
    <message>
        <source>Inspection report</source>
        <translation>检测报告</translation>
    </message>
    <message>
        <source>Station {0}, written {1}</source>
        <translation>检测站 {0}，生成于 {1}</translation>
    </message>
    <message>
        <source>What was asked for</source>
        <translation>查询条件</translation>
    </message>
    <message>
        <source>Parts found</source>
        <translation>找到的零件</translation>
    </message>
    <message>
        <source>Counts and mistakes of the period, lot and model</source>
        <translation>该时段、批次和模型的数量与判定错误</translation>
    </message>
    <message>
        <source>Escapes: {0} of {1} parts that reviews call NG ({2}; 95 %: {3} to {4}).</source>
        <translation>漏检：复判为 NG 的 {1} 个零件中有 {0} 个（{2}；95 %：{3} 至 {4}）。</translation>
    </message>
    <message>
        <source>Overkill: {0} of {1} parts that reviews call OK ({2}; 95 %: {3} to {4}).</source>
        <translation>误判：复判为 OK 的 {1} 个零件中有 {0} 个（{2}；95 %：{3} 至 {4}）。</translation>
    </message>
    <message>
        <source>These two count what was reviewed, and QA chooses what it reviews; the next one rests on chance alone.</source>
        <translation>以上两项基于已复判的零件，复判对象由质检选择；下一项仅基于随机抽样。</translation>
    </message>
    <message>
        <source>Shifts and lots</source>
        <translation>班次与批次</translation>
    </message>
    <message>
        <source>Shift</source>
        <translation>班次</translation>
    </message>
    <message>
        <source>Lot</source>
        <translation>批次</translation>
    </message>
    <message>
        <source>Parts</source>
        <translation>零件</translation>
    </message>
    <message>
        <source>Charts</source>
        <translation>图表</translation>
    </message>
    <message>
        <source>There was nothing to draw.</source>
        <translation>没有可绘制的数据。</translation>
    </message>
    <message>
        <source>Part {0}</source>
        <translation>零件 {0}</translation>
    </message>
    <message>
        <source>score {0}</source>
        <translation>得分 {0}</translation>
    </message>
    <message>
        <source>No picture of this part was recorded.</source>
        <translation>此零件没有记录图像。</translation>
    </message>
    <message>
        <source>{0}: no longer on disk</source>
        <translation>{0}：已不在磁盘上</translation>
    </message>
    <message>
        <source>Page {0} of {1}</source>
        <translation>第 {0} 页，共 {1} 页</translation>
    </message>
    <message>
        <source>Parts, newest first</source>
        <translation>零件，最新在前</translation>
    </message>
    <message>
        <source>{0} of {1}; {2} more are not shown</source>
        <translation>{0} / {1}；另有 {2} 个未显示</translation>
    </message>
</context>
<context>
    <name>words</name>
    <message>
        <source>Part not in position</source>
        <translation>零件未到位</translation>
    </message>
    <message>
        <source>Camera fault</source>
        <translation>相机故障</translation>
    </message>
    <message>
        <source>No picture</source>
        <translation>无图像</translation>
    </message>
    <message>
        <source>Not recorded yet</source>
        <translation>尚未记录</translation>
    </message>
    <message>
        <source>Wrong picture</source>
        <translation>图像不符</translation>
    </message>
    <message>
        <source>Black picture</source>
        <translation>图像全黑</translation>
    </message>
    <message>
        <source>Picture too bright</source>
        <translation>图像过亮</translation>
    </message>
    <message>
        <source>Empty picture</source>
        <translation>图像空白</translation>
    </message>
    <message>
        <source>Blurred picture</source>
        <translation>图像模糊</translation>
    </message>
    <message>
        <source>The camera repeats a picture</source>
        <translation>相机重复同一图像</translation>
    </message>
    <message>
        <source>pin tilted sideways</source>
        <translation>针脚左右倾斜</translation>
    </message>
    <message>
        <source>pin tilted forwards or back</source>
        <translation>针脚前后倾斜</translation>
    </message>
    <message>
        <source>pin retracted</source>
        <translation>针脚后缩</translation>
    </message>
    <message>
        <source>pin missing</source>
        <translation>针脚缺失</translation>
    </message>
    <message>
        <source>pin tarnished</source>
        <translation>针脚变色</translation>
    </message>
    <message>
        <source>foreign body</source>
        <translation>异物</translation>
    </message>
    <message>
        <source>OK</source>
        <translation>OK</translation>
    </message>
    <message>
        <source>NG</source>
        <translation>NG</translation>
    </message>
    <message>
        <source>RETEST</source>
        <translation>RETEST</translation>
    </message>
    <message>
        <source>HOLD</source>
        <translation>HOLD</translation>
    </message>
    <message>
        <source>line started</source>
        <translation>产线已启动</translation>
    </message>
    <message>
        <source>line stopped</source>
        <translation>产线已停止</translation>
    </message>
    <message>
        <source>lot or operator</source>
        <translation>批次或操作员</translation>
    </message>
    <message>
        <source>lot ended</source>
        <translation>批次已结束</translation>
    </message>
    <message>
        <source>model on line</source>
        <translation>产线模型</translation>
    </message>
    <message>
        <source>model published</source>
        <translation>模型已发布</translation>
    </message>
    <message>
        <source>model activated</source>
        <translation>模型已启用</translation>
    </message>
    <message>
        <source>model rolled back</source>
        <translation>模型已回退</translation>
    </message>
    <message>
        <source>model for the next lot</source>
        <translation>下一批次的模型</translation>
    </message>
    <message>
        <source>model for the next lot withdrawn</source>
        <translation>下一批次的模型已撤回</translation>
    </message>
    <message>
        <source>thresholds</source>
        <translation>阈值</translation>
    </message>
    <message>
        <source>recipe</source>
        <translation>配方</translation>
    </message>
    <message>
        <source>candidate in shadow</source>
        <translation>候选模型影子运行</translation>
    </message>
    <message>
        <source>alarm</source>
        <translation>报警</translation>
    </message>
    <message>
        <source>alarm acknowledged</source>
        <translation>报警已确认</translation>
    </message>
    <message>
        <source>challenge parts</source>
        <translation>挑战件</translation>
    </message>
    <message>
        <source>parts exported</source>
        <translation>零件已导出</translation>
    </message>
    <message>
        <source>database</source>
        <translation>数据库</translation>
    </message>
    <message>
        <source>old pictures deleted</source>
        <translation>删除旧图像</translation>
    </message>
    <message>
        <source>account</source>
        <translation>账户</translation>
    </message>
    <message>
        <source>signed in</source>
        <translation>已登录</translation>
    </message>
    <message>
        <source>signed out</source>
        <translation>已退出</translation>
    </message>
    <message>
        <source>sign-in refused</source>
        <translation>登录被拒绝</translation>
    </message>
    <message>
        <source>operator</source>
        <translation>操作员</translation>
    </message>
    <message>
        <source>QA</source>
        <translation>质检</translation>
    </message>
    <message>
        <source>engineer</source>
        <translation>工程师</translation>
    </message>
    <message>
        <source>no lot is started: start one before parts are judged</source>
        <translation>尚未开始批次：请先开始批次，再进行判定</translation>
    </message>
    <message>
        <source>an alarm stops the line: acknowledge it, then go on</source>
        <translation>报警已使产线停止：请先确认，再继续</translation>
    </message>
    <message>
        <source>challenge parts have not been run on this station yet: run them before production parts</source>
        <translation>本检测站尚未检测挑战件：请在生产零件之前检测挑战件</translation>
    </message>
    <message>
        <source>a shift has begun: run the challenge parts before production parts</source>
        <translation>新班次已开始：请在生产零件之前检测挑战件</translation>
    </message>
    <message>
        <source>the model or its thresholds have changed: run the challenge parts before production parts</source>
        <translation>模型或其阈值已更改：请在生产零件之前检测挑战件</translation>
    </message>
    <message>
        <source>a challenge part was not judged as expected: run the challenge parts again, or an engineer overrides with a reason</source>
        <translation>有挑战件的判定不符合预期：请重新检测挑战件，或由工程师填写原因后强制放行</translation>
    </message>
    <message>
        <source>challenge parts are being run: close them before production parts</source>
        <translation>正在检测挑战件：请先将其关闭，再检测生产零件</translation>
    </message>
    <message>
        <source>the challenge parts have passed: close their list, then go on with production</source>
        <translation>挑战件已通过：请关闭其列表，再继续生产</translation>
    </message>
    <message>
        <source>the last challenge part waits for its verdict: wait for it, then present the next one</source>
        <translation>上一个挑战件正在等待判定：请等待判定后再放入下一个</translation>
    </message>
    <message>
        <source>truly OK</source>
        <translation>实际 OK</translation>
    </message>
    <message>
        <source>truly NG</source>
        <translation>实际 NG</translation>
    </message>
    <message>
        <source>unsure</source>
        <translation>不确定</translation>
    </message>
    <message>
        <source>center</source>
        <translation>中央</translation>
    </message>
    <message>
        <source>left</source>
        <translation>左</translation>
    </message>
    <message>
        <source>right</source>
        <translation>右</translation>
    </message>
    <message>
        <source>top</source>
        <translation>上</translation>
    </message>
    <message>
        <source>bottom</source>
        <translation>下</translation>
    </message>
    <message>
        <source>Not clear: place the part again</source>
        <translation>判定不明确：请重新放置零件</translation>
    </message>
    <message>
        <source>Looks like: {0}</source>
        <translation>疑似缺陷：{0}</translation>
    </message>
    <message>
        <source>Deviates from good parts</source>
        <translation>与良品存在偏差</translation>
    </message>
    <message>
        <source>score {0} · OK up to {1} · NG above {2}</source>
        <translation>得分 {0} · OK ≤ {1} · NG &gt; {2}</translation>
    </message>
    <message>
        <source>Could not be judged</source>
        <translation>无法判定</translation>
    </message>
    <message>
        <source>Camera</source>
        <translation>相机</translation>
    </message>
    <message>
        <source>Records</source>
        <translation>记录</translation>
    </message>
    <message>
        <source>Model change</source>
        <translation>模型切换</translation>
    </message>
    <message>
        <source>Model for this lot</source>
        <translation>本批次的模型</translation>
    </message>
    <message>
        <source>Line</source>
        <translation>产线</translation>
    </message>
    <message>
        <source>Not accepted</source>
        <translation>未受理</translation>
    </message>
    <message>
        <source>Serial</source>
        <translation>序列号</translation>
    </message>
    <message>
        <source>Scanner</source>
        <translation>扫码器</translation>
    </message>
    <message>
        <source>Challenge parts</source>
        <translation>挑战件</translation>
    </message>
    <message>
        <source>Cannot start</source>
        <translation>无法启动</translation>
    </message>
    <message>
        <source>Database</source>
        <translation>数据库</translation>
    </message>
    <message>
        <source>Backup</source>
        <translation>备份</translation>
    </message>
    <message>
        <source>Old pictures</source>
        <translation>旧图像</translation>
    </message>
    <message>
        <source>Delivery</source>
        <translation>结果发送</translation>
    </message>
    <message>
        <source>Trigger</source>
        <translation>触发</translation>
    </message>
    <message>
        <source>Lot or operator</source>
        <translation>批次或操作员</translation>
    </message>
</context>
</TS>
